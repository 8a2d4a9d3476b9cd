import type { Attempt, BuildStep } from './attempt.ts'
import { done, publish } from '../../saga/index.ts'
import { finishAction } from '../../storage/cell/actions.ts'
import { moveOn } from './attempt.ts'

/** The server is active: what its owner waits for. */
export function activateStep({ deps }: Attempt): BuildStep {
  return {
    name: 'activate',
    run: async ({ request, operation }) =>
      done(null, async (tx) => {
        const launchedAt = await tx.now()
        const active = { vmState: 'active', taskState: null, powerState: 'running', launchedAt } as const
        await moveOn(tx, request, 'spawning', active)
        await finishAction(tx, operation.id, request.server, null)
        const { server, blueprint, host } = request
        const told = { server, project: blueprint.project, operation: operation.id, name: blueprint.name, host }
        await publish(tx, deps.ids, server, 'instance.create.end', told)
      }),
    undo: 'nothing to undo: it writes only when it succeeds, and the next step is the point of no return',
  }
}
