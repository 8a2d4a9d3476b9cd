import type { ApiDeps } from '../deps.ts'
import type { CellId, OperationId, ProjectId, ServerId } from '../../domain/ids.ts'
import type { CellTx, GlobalTx } from '../../ports/storage.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import { accept, publish } from '../../saga/index.ts'
import { addressOf, shortId } from './find-server.ts'
import { buildRequest, markBuildDeleting } from '../../storage/global/build-requests.ts'
import { changeInstance, instanceRow } from '../../storage/cell/instances.ts'
import { id } from '../../domain/ids.ts'
import { refusal } from '../../domain/server/moves.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { startAction } from '../../storage/cell/actions.ts'
import { isAllowed } from '../authorize.ts'

/** A server that is just moving between stores is looked for again. */
const LOOKS = 20

/**
 * Accepts the deletion of a server, at any moment of its life. Deleting what is being deleted is fine.
 * @throws `server.not_found`, `server.locked`, `cell.unavailable`
 */
export async function deleteServer(deps: ApiDeps, context: RequestContext, server: ServerId): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    const { cell, project } = await addressOf(deps, context, server, 'servers:delete')
    const operation = id<OperationId>(deps.ids.uuid())
    const accepted =
      cell === null
        ? await cancelBuild(deps, context, server, project, operation)
        : await deleteInCell(deps, context, server, cell, operation)
    if (accepted) return
  }
  throw serverErrors.changed_meanwhile({ server: shortId(server) })
}

/** Not in a cell yet. @returns false where it is now: look again */
async function cancelBuild(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  project: ProjectId,
  operation: OperationId,
): Promise<boolean> {
  return deps.global.write(async (tx: GlobalTx) => {
    if (!(await markBuildDeleting(tx, server))) return (await buildRequest(tx, server))?.deleting === true
    await accept(tx, {
      id: operation,
      kind: 'server.cancel',
      subject: server,
      request: { server, project },
      traceId: context.requestId,
    })
    await publish(tx, deps.ids, server, 'instance.delete.start', { server, project, operation })
    tx.afterCommit(() => deps.wake('global', operation))
    return true
  })
}

/** @returns false where it is not there any more: look again */
async function deleteInCell(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  cell: CellId,
  operation: OperationId,
): Promise<boolean> {
  return deps.cells.get(cell).write(async (tx) => {
    const row = await instanceRow(tx, server)
    if (row === null) return false
    if (row.deleted_at !== null) throw serverErrors.not_found({ server: shortId(server) })
    if (row.task_state === 'deleting') return true
    const standing = {
      vmState: row.vm_state,
      taskState: row.task_state,
      launched: row.launched_at !== null,
      locked: row.locked === 1,
    }
    const overrides = isAllowed(deps.policy, 'servers:unlock:override', context, { project: row.project })
    if (refusal('delete', standing, overrides) === 'locked') throw serverErrors.locked({ server })
    const expected = { taskState: row.task_state, epoch: row.epoch }
    if (!(await changeInstance(tx, server, expected, { taskState: 'deleting' }))) return false
    await acceptDelete(tx, deps, context, server, id<ProjectId>(row.project), operation)
    tx.afterCommit(() => deps.wake(cell, operation))
    return true
  })
}

async function acceptDelete(
  tx: CellTx,
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  project: ProjectId,
  operation: OperationId,
): Promise<void> {
  const { requestId, user } = context
  await accept(tx, { id: operation, kind: 'server.delete', subject: server, request: { server }, traceId: requestId })
  await startAction(tx, { server, operation, action: 'delete', requestId, project, user })
  await publish(tx, deps.ids, server, 'instance.delete.start', { server, project, operation })
}
