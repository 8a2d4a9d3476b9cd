import type { CellId } from '../../domain/ids.ts'
import type { AtCell, ConductorDeps } from '../deps.ts'
import type { EvacuationStep } from './request.ts'
import type { EvacuationRequest } from '../../lifecycle/index.ts'
import type { Saga } from '../../saga/index.ts'
import { done } from '../../saga/index.ts'
import { EVACUATE } from '../../lifecycle/index.ts'
import { isPlugging } from '../attach/host-work.ts'
import { placeStep } from './place-step.ts'
import { plugsStep } from './plugs-step.ts'
import { quiesceStep } from '../quiesce-step.ts'
import { reconnectStep } from '../attach/reconnect-step.ts'
import { settleAsFailed } from './settle.ts'
import { spawnStep } from './spawn-step.ts'
import { switchStep } from './switch-step.ts'

/** Whatever the rest has come to, its way back ends here. */
function quiesce(at: AtCell): EvacuationStep {
  // What plugs waits for the dead host to come back, or for the switch.
  const { name, run } = quiesceStep(at, isPlugging)
  const undo: EvacuationStep['undo'] = async ({ operation, request }) =>
    done(null, (tx) => settleAsFailed(tx, at.deps.ids, operation, request))
  return { name, run, undo }
}

/**
 * Makes a server anew on another host because its own is dead (nova/conductor/manager.py, `rebuild_instance`). Its old
 * guest is given up by a higher epoch and a tombstone before the new one is made: a host that comes back removes it.
 */
export function evacuateSaga(deps: ConductorDeps, cell: CellId): Saga<'cell', EvacuationRequest> {
  const at = { deps, cell }
  return {
    kind: EVACUATE,
    store: 'cell',
    steps: [quiesce(at), placeStep(at), switchStep(at), plugsStep(at), reconnectStep(at), spawnStep(at)],
  }
}
