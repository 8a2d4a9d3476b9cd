import type { ActionRequest } from '../../lifecycle/index.ts'
import type { CellId } from '../../domain/ids.ts'
import type { ConductorDeps } from '../deps.ts'
import type { GuestActionName } from '../../domain/server/guest-actions.ts'
import type { Saga } from '../../saga/index.ts'
import { actionKind } from '../../lifecycle/index.ts'
import { performStep } from './perform-step.ts'

/** An action that the server's host carries out by one order. What it cannot do leaves the server as its move says. */
export function actionSaga(deps: ConductorDeps, cell: CellId, action: GuestActionName): Saga<'cell', ActionRequest> {
  return { kind: actionKind(action), store: 'cell', steps: [performStep({ deps, cell })] }
}
