import type { ServerId } from '../domain/ids.ts'
import type { AtCell } from './deps.ts'
import type { Operation } from '../domain/operation/operation.ts'
import type { Step } from '../saga/index.ts'
import { done, liveOperations } from '../saga/index.ts'
import { later } from '../domain/unit/units.ts'

type Told = Pick<Operation, 'id' | 'createdAt'>

/** Of two that wait for each other none would ever end. */
function isOlder(other: Told, { id, createdAt }: Told): boolean {
  return other.createdAt < createdAt || (other.createdAt === createdAt && other.id < id)
}

/** Waits until nobody else works on the server: what was under way meets the task state and unwinds. */
export function quiesceStep({ deps, cell }: AtCell): Step<'cell', { readonly server: ServerId }> {
  return {
    name: 'quiesce',
    run: async ({ operation, request, now }) => {
      const live = await deps.cells.get(cell).read((tx) => liveOperations(tx, request.server))
      const others = live.filter((other) => isOlder(other, operation))
      if (others.length === 0) return done()
      for (const other of others) {
        deps.tellWhenEnded(other.id, cell, operation.id)
        deps.wake(cell, other.id)
      }
      return { kind: 'parked', until: later(now, deps.timing.lookEvery) }
    },
    undo: 'nothing to undo: it only waits',
  }
}
