import type { BuildStep } from './attempt.ts'
import type { BuildRequestOfAttempt } from './request.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { AtCell, ConductorDeps } from '../deps.ts'
import type { Json } from '../../domain/json.ts'
import type { OperationId } from '../../domain/ids.ts'
import { addInstance, instanceStanding, removeUnborn } from '../../storage/cell/instances.ts'
import { closeBuildMapping, markBuildMapped } from '../../storage/global/build-requests.ts'
import { deletedMeanwhile, moveOn } from './attempt.ts'
import { done, publish } from '../../saga/index.ts'
import { dropAction, finishAction, startAction } from '../../storage/cell/actions.ts'
import { moveMapping } from '../../storage/global/instance-mappings.ts'
import { problemOf } from '../../domain/error.ts'

/**
 * The server stands in its cell since its attempt was accepted. From here on readers look for it there, and it is
 * deleted there; then it gets its ports, bound to its host. The output is the NICs.
 */
export function enterStep({ deps, cell }: AtCell): BuildStep {
  return {
    name: 'enter',
    run: async ({ request }) => {
      const { server, attempt: epoch, host, blueprint } = request
      await deps.global.write(async (tx) => {
        if (!(await markBuildMapped(tx, server, epoch))) throw deletedMeanwhile(server)
        await moveMapping(tx, server, null, cell)
      })
      const { project, user, networks } = blueprint
      const nics = await deps.networks.allocate({ server, project, user, epoch }, networks, host)
      return done(nics as unknown as Json, (tx) => moveOn(tx, request, 'networking', { taskState: 'spawning' }))
    },
    undo: async ({ request, operation }) => {
      const { server, attempt } = request
      await deps.networks.release(server, attempt)
      const row = await deps.cells.get(cell).read((tx) => instanceStanding(tx, server))
      if (row?.task_state !== 'deleting') {
        await deps.global.write(async (tx) => {
          if (await closeBuildMapping(tx, server, attempt)) await moveMapping(tx, server, cell, null)
        })
      }
      return done(null, (tx) => leave(tx, request, operation.id))
    },
  }
}

/**
 * Puts the server into the cell, on its host, building: a part of accepting the attempt.
 * @throws `server.deleted_meanwhile` where it was deleted in an earlier attempt: a finished one leaves no other trace
 */
export async function enter(
  tx: CellTx,
  { ids }: Pick<ConductorDeps, 'ids'>,
  request: BuildRequestOfAttempt,
  operation: OperationId,
): Promise<void> {
  const { server, blueprint, host, node, attempt, createdAt } = request
  const building = { vmState: 'building', taskState: 'networking', host, node, epoch: attempt } as const
  if (!(await addInstance(tx, { server, blueprint, createdAt, ...building }))) throw deletedMeanwhile(server)
  const { requestId, project, user, name } = blueprint
  await startAction(tx, { server, operation, action: 'create', requestId, project, user })
  // Each attempt says so, as in Nova: the first may have come to nothing before it could.
  await publish(tx, ids, server, 'instance.create.start', { server, project, operation, name })
}

/** A server that is being deleted stays: its delete operation has the last word. */
async function leave(tx: CellTx, { server, attempt }: BuildRequestOfAttempt, operation: OperationId): Promise<void> {
  if (await removeUnborn(tx, server, attempt)) await dropAction(tx, operation, server)
  else await finishAction(tx, operation, server, problemOf(deletedMeanwhile(server)))
}
