import type { Aggregate } from '../../domain/aggregate/aggregate.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { PlacementLedger } from '../../ports/placement.ts'
import { aggregateErrors } from '../../domain/aggregate/errors.ts'
import { changeAggregate, findAggregate, holdHosts } from '../../storage/global/aggregates.ts'
import { checkLevels } from './check-levels.ts'
import { checkZone } from './check-zone.ts'
import { ZONE_KEY } from '../../domain/aggregate/aggregate.ts'

/**
 * Renames an aggregate that is held, and replaces its metadata.
 * @throws `aggregate.exists`, `aggregate.other_zone`, `aggregate.in_use`
 */
export async function changeHeld(
  tx: GlobalTx,
  ledger: PlacementLedger,
  before: Aggregate,
  { name, metadata }: Pick<Aggregate, 'name' | 'metadata'>,
): Promise<Aggregate> {
  const zone = metadata[ZONE_KEY] ?? null
  if (name !== before.name && (await isTaken(tx, name))) throw aggregateErrors.exists({ name })
  const levels = keysThatDiffer(before.metadata, metadata)
  if (zone !== before.zone || levels.length > 0) {
    await holdHosts(tx, before.hosts)
    await checkZone(tx, before, zone, before.hosts)
    await checkLevels(tx, ledger, before.hosts, levels)
  }
  await changeAggregate(tx, before.id, { name, metadata })
  return { ...before, name, metadata, zone }
}

/** A level is the presence of a key, whatever its value. */
function keysThatDiffer(before: Aggregate['metadata'], after: Aggregate['metadata']): readonly string[] {
  return Object.keys({ ...before, ...after }).filter((key) => Object.hasOwn(before, key) !== Object.hasOwn(after, key))
}

async function isTaken(tx: GlobalTx, name: string): Promise<boolean> {
  return (await findAggregate(tx, name))?.name === name
}
