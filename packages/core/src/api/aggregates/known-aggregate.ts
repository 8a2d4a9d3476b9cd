import type { Aggregate } from '../../domain/aggregate/aggregate.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import { aggregateErrors } from '../../domain/aggregate/errors.ts'
import { findAggregate, holdAggregate } from '../../storage/global/aggregates.ts'
import { parse } from '../parse.ts'
import { reference } from '../fields.ts'

/** By id, or else by name. @throws `aggregate.not_found`, `aggregate.invalid` */
export async function knownAggregate(tx: GlobalTx, idOrName: string): Promise<Aggregate> {
  const wanted = parse(reference, idOrName, (what) => aggregateErrors.invalid({ what }), 'its id or name')
  const aggregate = await findAggregate(tx, wanted)
  if (aggregate === null) throw aggregateErrors.not_found({ aggregate: wanted })
  return aggregate
}

/** The same, and nobody else changes it or its hosts until the transaction ends. */
export async function heldAggregate(tx: GlobalTx, idOrName: string): Promise<Aggregate> {
  const known = await knownAggregate(tx, idOrName)
  const held = await holdAggregate(tx, known.id)
  if (held === null) throw aggregateErrors.not_found({ aggregate: idOrName })
  return held
}
