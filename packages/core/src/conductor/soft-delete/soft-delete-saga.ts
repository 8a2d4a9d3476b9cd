import type { ActionRequest } from '../../lifecycle/index.ts'
import type { ActionStep } from '../act/request.ts'
import type { AtCell, ConductorDeps } from '../deps.ts'
import type { CellId } from '../../domain/ids.ts'
import type { Saga } from '../../saga/index.ts'
import { actionKind } from '../../lifecycle/index.ts'
import { crossOnce, done } from '../../saga/index.ts'
import { giveBack } from '../../storage/global/quotas.ts'
import { quiesceStep } from '../quiesce-step.ts'
import { restStep } from './rest-step.ts'
import { stopStep } from './stop-step.ts'

/**
 * Deletes a server so that it can be had back for a while: its guest is stopped, and it does not count against its
 * project's quota any more. All else stays its own (nova/compute/manager.py, `soft_delete_instance`, which gives up where
 * the guest cannot be stopped at once).
 */
export function softDeleteSaga(deps: ConductorDeps, cell: CellId): Saga<'cell', ActionRequest> {
  const at = { deps, cell }
  const quiesce: ActionStep = {
    ...quiesceStep(at),
    pivot: true,
    undo: 'nothing to undo: an accepted deletion goes forward',
  }
  return {
    kind: actionKind('softDelete'),
    store: 'cell',
    steps: [quiesce, stopStep(at), giveBackStep(at), restStep(at)],
  }
}

/** Before the server is shown as deleted: whoever sees that may make another in its place. */
function giveBackStep({ deps }: AtCell): ActionStep {
  return {
    name: 'give-back',
    run: async ({ request, operation }) => {
      await deps.global.write((tx) =>
        crossOnce(tx, operation.id, 'give-back', async () => {
          await giveBack(tx, request.server)
          return null
        }),
      )
      return done()
    },
    undo: 'nothing to undo: an accepted deletion goes forward',
  }
}
