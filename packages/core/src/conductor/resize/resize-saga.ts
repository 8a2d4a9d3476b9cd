import type { AtCell, ConductorDeps } from '../deps.ts'
import type { CellId } from '../../domain/ids.ts'
import type { ResizeRequest } from '../../lifecycle/index.ts'
import type { ResizeStep } from './request.ts'
import type { Saga } from '../../saga/index.ts'
import { arriveStep } from './arrive-step.ts'
import { carryStep } from './carry-step.ts'
import { checkStep } from './check-step.ts'
import { done } from '../../saga/index.ts'
import { leaveStep } from './leave-step.ts'
import { placeStep } from './place-step.ts'
import { quiesceStep } from '../quiesce-step.ts'
import { reconnectStep } from '../attach/reconnect-step.ts'
import { RESIZE } from '../../lifecycle/index.ts'
import { settleAsFailed } from './settle.ts'
import { switchStep } from './switch-step.ts'

/** Whatever the rest has come to, its way back ends here. */
function quiesce(at: AtCell): ResizeStep {
  const { name, run } = quiesceStep(at)
  const undo: ResizeStep['undo'] = async ({ operation, request }) =>
    done(null, (tx) => settleAsFailed(tx, at, operation, request))
  return { name, run, undo }
}

/**
 * Moves a server with its disks, to another flavor or with the one it has (nova/conductor/tasks/migrate.py and
 * nova/compute/manager.py, `prep_resize`, `resize_instance`, `finish_resize`). What fails puts everything back as it
 * was; Nova leaves the server in error where its guest had left already.
 */
export function resizeSaga(deps: ConductorDeps, cell: CellId): Saga<'cell', ResizeRequest> {
  const at = { deps, cell }
  return {
    kind: RESIZE,
    store: 'cell',
    steps: [
      quiesce(at),
      placeStep(at),
      checkStep(at),
      leaveStep(at),
      carryStep(at),
      switchStep(at),
      reconnectStep(at),
      arriveStep(at),
    ],
  }
}
