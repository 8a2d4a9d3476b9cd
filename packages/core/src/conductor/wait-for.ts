import type { AtCell } from './deps.ts'
import type { Instant } from '../domain/unit/units.ts'
import type { Operation } from '../domain/operation/operation.ts'
import type { Parked } from '../saga/index.ts'
import { later } from '../domain/unit/units.ts'

/** Looks again when one of the others has ended, or after a while should nobody tell. */
export function waitFor(
  { deps, cell }: AtCell,
  others: readonly Operation[],
  { operation, now }: { readonly operation: Operation; readonly now: Instant },
): Parked<'cell'> {
  for (const other of others) deps.tellWhenEnded(other.id, cell, operation.id)
  return { kind: 'parked', until: later(now, deps.timing.lookEvery) }
}

/** The same of others that have something to learn of the server by now: they look at once. */
export function hurry(at: AtCell, others: readonly Operation[], waiter: Parameters<typeof waitFor>[2]): Parked<'cell'> {
  const parked = waitFor(at, others, waiter)
  for (const other of others) at.deps.wake(at.cell, other.id)
  return parked
}
