import type { CellTx } from '../../ports/storage.ts'
import type { Operation } from '../../domain/operation/operation.ts'
import type { ServerId } from '../../domain/ids.ts'
import { ATTACH_INTERFACE, ATTACH_VOLUME, DETACH_INTERFACE, DETACH_VOLUME } from '../../lifecycle/index.ts'
import { liveOperations } from '../../saga/index.ts'
import { numberOf } from '../number-of.ts'

/**
 * Sagas that change what is plugged into a guest → the only one of their steps that asks its host to. Null: the record
 * from which a guest is made anew says what is wanted only when they have ended.
 */
const plugs: ReadonlyMap<string, number | null> = new Map([
  [ATTACH_VOLUME, 3],
  [DETACH_VOLUME, 1],
  [ATTACH_INTERFACE, null],
  [DETACH_INTERFACE, null],
])

/** Whether it plugs something in or out. */
export const isPlugging = ({ kind }: Operation): boolean => plugs.has(kind)

/** Whether the guest's host may yet be asked to do something, or to take it back. */
function mayTouchGuest({ kind, state, cursor }: Operation): boolean {
  const step = plugs.get(kind) ?? null
  if (step === null) return true
  return state === 'undoing' ? cursor >= step : cursor <= step
}

/** What began before, and may still do something to the guest. Whatever has no number does not wait either way: it ends the guest. */
export async function earlierWork(tx: CellTx, server: ServerId, sequence: number): Promise<readonly Operation[]> {
  const live = await liveOperations(tx, server)
  return live.filter((one) => (numberOf(one) ?? sequence) < sequence && mayTouchGuest(one))
}

/** Of those what plugs something in or out: what makes the guest anew from the records must know how that ends. */
export async function earlierPlugging(tx: CellTx, server: ServerId, sequence: number): Promise<readonly Operation[]> {
  return (await earlierWork(tx, server, sequence)).filter(isPlugging)
}
