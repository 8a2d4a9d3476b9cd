import type { ServerId } from '../domain/ids.ts'
import type { AtCell } from './deps.ts'
import type { Operation } from '../domain/operation/operation.ts'
import type { Step } from '../saga/index.ts'
import { done, liveOperations } from '../saga/index.ts'
import { hurry } from './wait-for.ts'
import { numberOf } from './number-of.ts'

type Told = Pick<Operation, 'id' | 'createdAt' | 'request'>

/**
 * Of two that wait for each other none would ever end. Actions of a server are numbered; what has no number and is not
 * its building deletes it, and nothing begins after that.
 */
function isOlder(other: Told, mine: Told): boolean {
  const [theirs, ours] = [numberOf(other), numberOf(mine)]
  if (theirs !== null && ours !== null) return theirs < ours
  if (theirs !== null || ours !== null) return theirs !== null
  const { id, createdAt } = mine
  return other.createdAt < createdAt || (other.createdAt === createdAt && other.id < id)
}

/**
 * Waits until nobody else works on the server: what was under way meets the task state and unwinds.
 * @param isAside what need not be waited for
 */
export function quiesceStep(
  at: AtCell,
  isAside: (other: Operation) => boolean = () => false,
): Step<'cell', { readonly server: ServerId }> {
  return {
    name: 'quiesce',
    run: async (context) => {
      const { operation, request } = context
      const live = await at.deps.cells.get(at.cell).read((tx) => liveOperations(tx, request.server))
      const others = live.filter((other) => isOlder(other, operation) && !isAside(other))
      return others.length === 0 ? done() : hurry(at, others, context)
    },
    undo: 'nothing to undo: it only waits',
  }
}
