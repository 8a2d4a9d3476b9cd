import type { ApiDeps } from '../deps.ts'
import type { CellId, HostName, OperationId, ProjectId, ServerId } from '../../domain/ids.ts'
import type { CellTx, GlobalTx } from '../../ports/storage.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import type { TaskState } from '../../domain/server/states.ts'
import { accept, publish } from '../../saga/index.ts'
import { addressOf, shortId } from './find-server.ts'
import { beginAction, beginDelete } from '../../lifecycle/index.ts'
import { buildRequest, markBuildDeleting } from '../../storage/global/build-requests.ts'
import { guard } from './actions/guard.ts'
import { hostRow, isUp } from '../../storage/cell/hosts.ts'
import { id } from '../../domain/ids.ts'
import { lockedInstanceRow } from '../../storage/cell/instances.ts'
import { serverErrors } from '../../domain/server/errors.ts'

/** A server that is just moving between stores is looked for again. */
const LOOKS = 20

/** `delete`: the server can be had back for a while, where the cloud says so. */
type Deletion = 'delete' | 'forceDelete'

/**
 * Accepts the deletion of a server, at any moment of its life. Deleting what is being deleted is fine.
 * @throws `server.not_found`, `server.locked`, `cell.unavailable`
 */
export async function deleteServer(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  action: Deletion,
): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    const { cell, project } = await addressOf(deps, context, server, `servers:${action}`)
    const operation = id<OperationId>(deps.ids.uuid())
    const accepted =
      cell === null
        ? await cancelBuild(deps, context, server, project, operation)
        : await deleteInCell(deps, context, server, cell, action)
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
  action: Deletion,
): Promise<boolean> {
  return deps.cells.get(cell).write(async (tx) => {
    const row = await lockedInstanceRow(tx, server)
    if (row === null) return false
    if (row.deleted_at !== null) throw serverErrors.not_found({ server: shortId(server) })
    if (row.task_state === 'deleting') return true
    const isSoft = action === 'delete' && (await canBeKept(tx, deps, row))
    if (isSoft && row.task_state === 'soft-deleting') return true
    guard(deps, context, isSoft ? 'softDelete' : action, row)
    const begun = isSoft ? await beginSoftDelete(tx, deps, context, row) : await beginDelete(tx, deps, context, row)
    if (begun !== null) tx.afterCommit(() => deps.wake(cell, begun))
    return begun !== null
  })
}

/**
 * Where the cloud keeps what was deleted for a while, it keeps servers whose guest can be stopped and started again;
 * others go at once (nova/api/openstack/compute/servers.py, `_delete`; nova/compute/api.py, `_local_delete`). So do
 * those that are between two hosts or sizes, and what is shelved: of that there is an image.
 */
async function canBeKept(tx: CellTx, { reclaimAfter, downAfter }: ApiDeps, row: InstanceRow): Promise<boolean> {
  const { host, launched_at: launchedAt, vm_state: vmState, task_state: taskState } = row
  if (reclaimAfter === 0 || launchedAt === null || host === null || vmState === 'resized') return false
  if (vmState.startsWith('shelved')) return false
  if (taskState !== null && isMove(taskState)) return false
  const there = await hostRow(tx, id<HostName>(host))
  return there !== null && isUp(there, await tx.now(), downAfter)
}

const isMove = (taskState: TaskState): boolean => taskState.startsWith('resize_') || taskState === 'migrating'

function beginSoftDelete(
  tx: CellTx,
  deps: ApiDeps,
  context: RequestContext,
  row: InstanceRow,
): Promise<OperationId | null> {
  // The plug is pulled, as in Nova: whoever deletes a server does not wait for it.
  const order = { action: 'softDelete', options: { graceful: null }, within: deps.actWithin } as const
  return beginAction(tx, deps, context, row, order)
}
