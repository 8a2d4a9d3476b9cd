import type { CellTx } from '../../ports/storage.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Json } from '../../domain/json.ts'
import type { Operation } from '../../domain/operation/operation.ts'
import type { OperationId } from '../../domain/ids.ts'
import type { SnapshotRequest } from '../../lifecycle/index.ts'
import type { TaskState } from '../../domain/server/states.ts'
import { changeInstance, instanceRow } from '../../storage/cell/instances.ts'
import { finishAction } from '../../storage/cell/actions.ts'
import { isUnderWay, powerIn } from '../act/settle.ts'
import { problemOf, tenantView } from '../../domain/error.ts'
import { publish } from '../../saga/index.ts'
import { serverErrors } from '../../domain/server/errors.ts'

/** How far it has come. @throws `server.changed_meanwhile` where it was overtaken */
export async function moveTo(tx: CellTx, request: SnapshotRequest, taskState: TaskState): Promise<void> {
  const { server, epoch } = request
  const row = await instanceRow(tx, server)
  if (row === null || !isUnderWay(row, request)) throw serverErrors.changed_meanwhile({ server })
  if (row.task_state === taskState) return
  if (await changeInstance(tx, server, { taskState: row.task_state, epoch }, { taskState })) return
  throw serverErrors.changed_meanwhile({ server })
}

/** The image is there, and the server is as it was. @throws `server.changed_meanwhile` where it was overtaken */
export async function settleAsDone(
  tx: CellTx,
  ids: Ids,
  operation: OperationId,
  request: SnapshotRequest,
  output: Json,
): Promise<void> {
  const { server, epoch, sequence, project, snapshot } = request
  const row = await instanceRow(tx, server)
  if (row === null || !isUnderWay(row, request)) throw serverErrors.changed_meanwhile({ server })
  const powerState = powerIn(output)
  const rest = { taskState: null, answered: sequence, ...(powerState === null ? {} : { powerState }) }
  if (!(await changeInstance(tx, server, { taskState: row.task_state, epoch }, rest))) {
    throw serverErrors.changed_meanwhile({ server })
  }
  await finishAction(tx, operation, server, null)
  await publish(tx, ids, server, 'instance.snapshot.end', { server, project, operation, image: snapshot.image })
}

/** There is no image, and the server is as it was; one that was overtaken is left to whoever did that. */
export async function settleAsFailed(
  tx: CellTx,
  ids: Ids,
  operation: Operation,
  request: SnapshotRequest,
): Promise<void> {
  const { server, epoch, project, snapshot } = request
  const problem = operation.problem ?? problemOf(serverErrors.changed_meanwhile({ server }))
  await finishAction(tx, operation.id, server, problem)
  const row = await instanceRow(tx, server)
  if (row === null) return
  if (isUnderWay(row, request)) {
    await changeInstance(tx, server, { taskState: row.task_state, epoch }, { taskState: null })
  }
  const told = { server, project, operation: operation.id, image: snapshot.image, problem: tenantView(problem) }
  await publish(tx, ids, server, 'instance.snapshot.error', told)
}
