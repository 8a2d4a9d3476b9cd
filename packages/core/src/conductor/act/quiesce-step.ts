import type { ActionStep } from './request.ts'
import type { AtCell } from '../deps.ts'
import { done } from '../../saga/index.ts'
import { quiesceStep as quiesce } from '../quiesce-step.ts'
import { settleAsFailed } from './settle.ts'

/**
 * For an action of several steps that may interrupt others, or must not run beside what they leave to be done. Whatever
 * the rest has come to, its way back ends here.
 */
export function quiesceStep(at: AtCell): ActionStep {
  const { name, run } = quiesce(at)
  const undo: ActionStep['undo'] = async ({ operation, request }) =>
    done(null, (tx) => settleAsFailed(tx, at.deps.ids, operation, request))
  return { name, run, undo }
}
