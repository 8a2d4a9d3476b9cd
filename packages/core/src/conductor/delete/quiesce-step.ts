import type { AtCell } from '../deps.ts'
import type { DeleteStep } from './request.ts'
import { quiesceStep as quiesce } from '../quiesce-step.ts'

/** From here on there is no way back: what was under way unwinds, and then the server goes. */
export function quiesceStep(at: AtCell): DeleteStep {
  return { ...quiesce(at), pivot: true, undo: 'nothing to undo: an accepted delete goes forward' }
}
