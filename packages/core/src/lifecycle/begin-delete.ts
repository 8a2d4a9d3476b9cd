import type { CellTx } from '../ports/storage.ts'
import type { Ids } from '../ports/ids.ts'
import type { InstanceRow } from '../storage/cell/tables.ts'
import type { OperationId, ProjectId, ServerId } from '../domain/ids.ts'
import type { RequestContext } from '../domain/context/request-context.ts'
import { accept, publish } from '../saga/index.ts'
import { changeInstance } from '../storage/cell/instances.ts'
import { id } from '../domain/ids.ts'
import { startAction } from '../storage/cell/actions.ts'

export const DELETE = 'server.delete'

/**
 * Begins the end of a server that stands in a cell, whatever is being done to it: there is no way back.
 * @returns the operation; null where the server changed since the row was read
 */
export async function beginDelete(
  tx: CellTx,
  { ids }: { readonly ids: Ids },
  { requestId, user }: Pick<RequestContext, 'requestId' | 'user'>,
  row: Pick<InstanceRow, 'id' | 'project' | 'task_state' | 'epoch'>,
): Promise<OperationId | null> {
  const [server, project] = [id<ServerId>(row.id), id<ProjectId>(row.project)]
  const expected = { taskState: row.task_state, epoch: row.epoch }
  if (!(await changeInstance(tx, server, expected, { taskState: 'deleting' }))) return null
  const operation = id<OperationId>(ids.uuid())
  await accept(tx, { id: operation, kind: DELETE, subject: server, request: { server }, traceId: requestId })
  await startAction(tx, { server, operation, action: 'delete', requestId, project, user })
  await publish(tx, ids, server, 'instance.delete.start', { server, project, operation })
  return operation
}
