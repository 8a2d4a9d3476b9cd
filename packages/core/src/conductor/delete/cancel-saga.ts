import type { CancelRequest } from './cancel-request.ts'
import type { ConductorDeps } from '../deps.ts'
import type { Saga, Step } from '../../saga/index.ts'
import { buildRequest } from '../../storage/global/build-requests.ts'
import { done, publish } from '../../saga/index.ts'
import { forget } from './release-steps.ts'
import { later } from '../../domain/unit/units.ts'

export const CANCEL = 'server.cancel'

/** Deletes a server that does not stand in a cell yet. */
export function cancelSaga(deps: ConductorDeps): Saga<'global', CancelRequest> {
  return { kind: CANCEL, store: 'global', steps: [letGoStep(deps), forgetStep(deps)] }
}

type CancelStep = Step<'global', CancelRequest>

/** Waits until whoever builds the server has met the mark and let go. */
function letGoStep(deps: ConductorDeps): CancelStep {
  return {
    name: 'let-go',
    pivot: true,
    run: async ({ request, now }) => {
      const pending = await deps.global.read((tx) => buildRequest(tx, request.server))
      if (pending === null) return done()
      deps.wake('global', pending.operation)
      return { kind: 'parked', until: later(now, deps.timing.lookEvery) }
    },
    undo: 'nothing to undo: an accepted delete goes forward',
  }
}

function forgetStep(deps: ConductorDeps): CancelStep {
  return {
    name: 'forget',
    run: async ({ request, operation }) =>
      done(null, async (tx) => {
        await forget(tx, deps, request.server)
        const told = { server: request.server, project: request.project, operation: operation.id }
        await publish(tx, deps.ids, request.server, 'instance.delete.end', told)
      }),
    undo: 'nothing to undo: an accepted delete goes forward',
  }
}
