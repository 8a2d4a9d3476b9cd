import type { AtCell } from '../deps.ts'
import type { EvacuationStep } from './request.ts'
import { done } from '../../saga/index.ts'
import { earlierPlugging } from '../attach/host-work.ts'
import { hurry } from '../wait-for.ts'

/** What was being plugged into the old guest is given up, now that it is gone: the records say then what the new one has. */
export function plugsStep(at: AtCell): EvacuationStep {
  return {
    name: 'plugs',
    run: async (context) => {
      const { server, sequence } = context.request
      const earlier = await at.deps.cells.get(at.cell).read((tx) => earlierPlugging(tx, server, sequence))
      return earlier.length === 0 ? done() : hurry(at, earlier, context)
    },
    undo: 'nothing to undo: it only waits',
  }
}
