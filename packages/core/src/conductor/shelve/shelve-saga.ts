import type { CellId } from '../../domain/ids.ts'
import type { ConductorDeps } from '../deps.ts'
import type { Saga } from '../../saga/index.ts'
import type { SnapshotRequest } from '../../lifecycle/index.ts'
import { captureStep } from '../snapshot/capture-step.ts'
import { reserveStep } from '../snapshot/reserve-step.ts'
import { shelveEnds } from './settle-shelve.ts'
import { snapshotKind } from '../../lifecycle/index.ts'
import { stopStep } from './stop-step.ts'
import { uploadStep } from '../snapshot/upload-step.ts'

/** Stops a server and makes an image of it, from which it can be made again anywhere (nova/compute/manager.py, `shelve_instance`). */
export function shelveSaga(deps: ConductorDeps, cell: CellId): Saga<'cell', SnapshotRequest> {
  const at = { deps, cell }
  const ends = shelveEnds(at)
  return {
    kind: snapshotKind('shelve'),
    store: 'cell',
    steps: [reserveStep(at, ends), stopStep(at), captureStep(at), uploadStep(at, ends)],
  }
}
