import type { CellId } from '../../domain/ids.ts'
import type { ConductorDeps } from '../deps.ts'
import type { RecoverRequest } from './request.ts'
import type { Saga } from '../../saga/index.ts'
import { evacuateStep } from './evacuate-step.ts'
import { fenceStep } from './fence-step.ts'
import { RECOVER } from './request.ts'

/** Brings the servers of a dead host back elsewhere, once it is sure that it is dead. */
export function recoverSaga(deps: ConductorDeps, cell: CellId): Saga<'cell', RecoverRequest> {
  const at = { deps, cell }
  return { kind: RECOVER, store: 'cell', steps: [fenceStep(at), evacuateStep(at)] }
}
