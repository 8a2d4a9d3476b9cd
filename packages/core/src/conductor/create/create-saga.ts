import type { ConductorDeps } from '../deps.ts'
import type { CreateRequest } from './request.ts'
import type { Saga } from '../../saga/index.ts'
import { attemptsStep } from './attempts-step.ts'
import { placeStep } from './place-step.ts'

export const CREATE = 'server.create'

/**
 * A request for servers, in the global store: one decision and one claim for all, then one attempt at a time for
 * each. Its children are `server.build` operations in the cells.
 */
export function createSaga(deps: ConductorDeps): Saga<'global', CreateRequest> {
  return { kind: CREATE, store: 'global', steps: [placeStep(deps), attemptsStep(deps)] }
}
