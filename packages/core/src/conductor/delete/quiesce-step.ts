import type { DeleteStep, Deletion } from './request.ts'
import { done, liveOperations } from '../../saga/index.ts'
import { later } from '../../domain/unit/units.ts'

/** Waits until nobody else works on the server: what was under way meets the task state and unwinds. */
export function quiesceStep({ deps, cell }: Deletion): DeleteStep {
  return {
    name: 'quiesce',
    pivot: true,
    run: async ({ operation, request, now }) => {
      const live = await deps.cells.get(cell).read((tx) => liveOperations(tx, request.server))
      const others = live.filter((other) => other.id !== operation.id)
      if (others.length === 0) return done()
      for (const other of others) {
        deps.tellWhenEnded(other.id, cell, operation.id)
        deps.wake(cell, other.id)
      }
      return { kind: 'parked', until: later(now, deps.timing.lookEvery) }
    },
    undo: 'nothing to undo: an accepted delete goes forward',
  }
}
