import type { CellId } from '../../domain/ids.ts'
import type { ConductorDeps } from '../deps.ts'
import type { DeleteRequest } from './request.ts'
import type { Saga } from '../../saga/index.ts'
import { DELETE } from '../../lifecycle/index.ts'
import { destroyStep } from './destroy-step.ts'
import { finishStep } from './finish-step.ts'
import { quiesceStep } from './quiesce-step.ts'
import { releaseStep, unplugStep } from './release-steps.ts'
import { volumesStep } from './volumes-step.ts'

/** Deletes a server that stands in a cell. There is no way back from the moment it is accepted. */
export function deleteSaga(deps: ConductorDeps, cell: CellId): Saga<'cell', DeleteRequest> {
  const at = { deps, cell }
  return {
    kind: DELETE,
    store: 'cell',
    steps: [quiesceStep(at), destroyStep(at), volumesStep(at), unplugStep(at), releaseStep(at), finishStep(at)],
  }
}
