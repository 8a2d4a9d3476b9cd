import type { BuildRequestOfAttempt } from './request.ts'
import type { CellId } from '../../domain/ids.ts'
import type { AtCell, ConductorDeps } from '../deps.ts'
import type { Saga } from '../../saga/index.ts'
import { enterStep } from './enter-step.ts'
import { spawnStep } from './spawn-step.ts'

export const BUILD = 'server.build'

/**
 * One attempt to build one server on one host, in the host's cell. A failure unwinds it until nothing is left of it;
 * its parent decides what comes next.
 */
export function buildSaga(deps: ConductorDeps, cell: CellId): Saga<'cell', BuildRequestOfAttempt> {
  const at: AtCell = { deps, cell }
  return {
    kind: BUILD,
    store: 'cell',
    steps: [enterStep(at), spawnStep(at)],
  }
}
