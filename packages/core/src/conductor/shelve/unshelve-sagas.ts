import type { AtCell, ConductorDeps } from '../deps.ts'
import type { CellId } from '../../domain/ids.ts'
import type { Saga } from '../../saga/index.ts'
import type { UnshelveRequest } from '../../lifecycle/index.ts'
import type { UnshelveStep } from './unshelve-settle.ts'
import { dropImage } from '../snapshot/drop-image.ts'
import { done } from '../../saga/index.ts'
import { ownerContext } from '../snapshot/request.ts'
import { placeStep } from './unshelve-place-step.ts'
import { quiesceStep } from '../quiesce-step.ts'
import { reconnectStep } from '../attach/reconnect-step.ts'
import { settleAsFailed } from './unshelve-settle.ts'
import { spawnStep } from './unshelve-spawn-step.ts'
import { startStep } from './unshelve-start-step.ts'
import { switchStep } from './unshelve-switch-step.ts'
import { UNSHELVE, UNSHELVE_IN_PLACE } from '../../lifecycle/index.ts'

/** Make a shelved server run again: from its image, on whichever host, or where it still is (nova/conductor/manager.py, `unshelve_instance`). */
export function unshelveSagas(deps: ConductorDeps, cell: CellId): readonly Saga<'cell', UnshelveRequest>[] {
  const at = { deps, cell }
  const away = [quiesce(at), placeStep(at), switchStep(), reconnectStep(at), spawnStep(at), dropImageStep(at)]
  return [
    { kind: UNSHELVE, store: 'cell', steps: away },
    { kind: UNSHELVE_IN_PLACE, store: 'cell', steps: [startStep(at), dropImageStep(at)] },
  ]
}

/** Whatever the rest has come to, its way back ends here. */
function quiesce(at: AtCell): UnshelveStep {
  const { name, run } = quiesceStep(at)
  const undo: UnshelveStep['undo'] = async ({ operation, request }) =>
    done(null, (tx) => settleAsFailed(tx, at.deps.ids, operation, request))
  return { name, run, undo }
}

/** Nobody needs it any more. */
function dropImageStep({ deps }: AtCell): UnshelveStep {
  return {
    name: 'drop-image',
    pivot: true,
    run: async ({ request, operation }) => {
      if (request.image !== null) await dropImage(deps, ownerContext(request, operation), request.image)
      return done()
    },
    undo: 'nothing to undo: the server runs, and its image is not needed any more',
  }
}
