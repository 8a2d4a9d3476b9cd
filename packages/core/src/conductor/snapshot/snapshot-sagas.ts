import type { CellId } from '../../domain/ids.ts'
import type { ConductorDeps } from '../deps.ts'
import type { Saga } from '../../saga/index.ts'
import type { SnapshotRequest } from '../../lifecycle/index.ts'
import { captureStep } from './capture-step.ts'
import { reserveStep } from './reserve-step.ts'
import { rotateStep } from './rotate-step.ts'
import { snapshotEnds } from './settle.ts'
import { snapshotKind } from '../../lifecycle/index.ts'
import { uploadStep } from './upload-step.ts'

/** Make images of servers (nova/compute/manager.py, `snapshot_instance`, `backup_instance`). The guest goes on meanwhile. */
export function snapshotSagas(deps: ConductorDeps, cell: CellId): readonly Saga<'cell', SnapshotRequest>[] {
  const at = { deps, cell }
  const ends = snapshotEnds(deps.ids)
  const steps = [reserveStep(at, ends), captureStep(at), uploadStep(at, ends)]
  return [
    { kind: snapshotKind('createImage'), store: 'cell', steps },
    { kind: snapshotKind('createBackup'), store: 'cell', steps: [...steps, rotateStep(at)] },
  ]
}
