import type { AtCell } from '../deps.ts'
import type { EvacuationStep } from './request.ts'
import { done } from '../../saga/index.ts'
import { earlierPlugging } from '../attach/host-work.ts'
import { later } from '../../domain/unit/units.ts'

/** What was being plugged into the old guest is given up, now that it is gone: the records say then what the new one has. */
export function plugsStep({ deps, cell }: AtCell): EvacuationStep {
  return {
    name: 'plugs',
    run: async ({ operation, request: { server, sequence }, now }) => {
      const earlier = await deps.cells.get(cell).read((tx) => earlierPlugging(tx, server, sequence))
      if (earlier.length === 0) return done()
      for (const other of earlier) {
        deps.tellWhenEnded(other.id, cell, operation.id)
        deps.wake(cell, other.id)
      }
      return { kind: 'parked', until: later(now, deps.timing.lookEvery) }
    },
    undo: 'nothing to undo: it only waits',
  }
}
