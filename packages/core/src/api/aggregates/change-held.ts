import type { Aggregate } from '../../domain/aggregate/aggregate.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import { aggregateErrors } from '../../domain/aggregate/errors.ts'
import { changeAggregate, findAggregate, holdHosts } from '../../storage/global/aggregates.ts'
import { checkZone } from './check-zone.ts'
import { ZONE_KEY } from '../../domain/aggregate/aggregate.ts'

/** Renames an aggregate that is held, and replaces its metadata. @throws `aggregate.exists`, `aggregate.other_zone` */
export async function changeHeld(
  tx: GlobalTx,
  before: Aggregate,
  { name, metadata }: Pick<Aggregate, 'name' | 'metadata'>,
): Promise<Aggregate> {
  const zone = metadata[ZONE_KEY] ?? null
  if (name !== before.name && (await isTaken(tx, name))) throw aggregateErrors.exists({ name })
  if (zone !== before.zone) {
    await holdHosts(tx, before.hosts)
    await checkZone(tx, before, zone, before.hosts)
  }
  await changeAggregate(tx, before.id, { name, metadata })
  return { ...before, name, metadata, zone }
}

async function isTaken(tx: GlobalTx, name: string): Promise<boolean> {
  return (await findAggregate(tx, name))?.name === name
}
