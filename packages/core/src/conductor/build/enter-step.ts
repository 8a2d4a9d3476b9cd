import type { Attempt, BuildStep } from './attempt.ts'
import type { BuildRequestOfAttempt } from './request.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { OperationId } from '../../domain/ids.ts'
import { addInstance, removeUnborn } from '../../storage/cell/instances.ts'
import { done, publish } from '../../saga/index.ts'
import { dropAction, finishAction, startAction } from '../../storage/cell/actions.ts'
import { deletedMeanwhile } from './attempt.ts'
import { problemOf } from '../../domain/error.ts'

/** The server enters its cell, on its host, building. */
export function enterStep({ deps }: Attempt): BuildStep {
  return {
    name: 'enter',
    run: async ({ request, operation }) =>
      done(null, async (tx) => {
        await enter(tx, request, operation.id)
        const { server, blueprint } = request
        const told = { server, project: blueprint.project, operation: operation.id, name: blueprint.name }
        // Each attempt says so, as in Nova: the first may have come to nothing before it could.
        await publish(tx, deps.ids, server, 'instance.create.start', told)
      }),
    undo: async ({ request, operation }) =>
      done(null, async (tx) => {
        // A server that is being deleted stays: its delete operation has the last word.
        const removed = await removeUnborn(tx, request.server, request.attempt)
        if (removed) await dropAction(tx, operation.id, request.server)
        else await finishAction(tx, operation.id, request.server, problemOf(deletedMeanwhile(request.server)))
      }),
  }
}

async function enter(tx: CellTx, request: BuildRequestOfAttempt, operation: OperationId): Promise<void> {
  const { server, blueprint, host, node, attempt, createdAt } = request
  const building = { vmState: 'building', taskState: 'networking', host, node, epoch: attempt } as const
  const entered = await addInstance(tx, { server, blueprint, createdAt, ...building })
  // It is there only if it was deleted in an earlier attempt: a finished attempt leaves no other trace.
  if (!entered) throw deletedMeanwhile(server)
  const { requestId, project, user } = blueprint
  await startAction(tx, { server, operation, action: 'create', requestId, project, user })
}
