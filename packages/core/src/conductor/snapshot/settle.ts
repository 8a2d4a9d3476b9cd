import type { CellTx } from '../../ports/storage.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Json } from '../../domain/json.ts'
import type { Operation } from '../../domain/operation/operation.ts'
import type { OperationId } from '../../domain/ids.ts'
import type { SnapshotRequest } from '../../lifecycle/index.ts'
import type { TaskState } from '../../domain/server/states.ts'
import { changeInstance, instanceRow } from '../../storage/cell/instances.ts'
import { finishAction } from '../../storage/cell/actions.ts'
import { moves } from '../../domain/server/moves.ts'
import { isUnderWay, powerIn } from '../act/settle.ts'
import { problemOf, tenantView } from '../../domain/error.ts'
import { publish } from '../../saga/index.ts'
import { serverErrors } from '../../domain/server/errors.ts'

/** What is written where a saga that makes an image ends. */
export interface Ends {
  done(tx: CellTx, operation: Operation, request: SnapshotRequest, output: Json): Promise<void>
  failed(tx: CellTx, operation: Operation, request: SnapshotRequest): Promise<void>
}

/** The last but one of its task states is that the disk is in a file, the last that the file is on its way. */
export function taskOf({ action }: SnapshotRequest, stage: 'pending upload' | 'uploading'): TaskState {
  const task = moves[action].through.at(stage === 'uploading' ? -1 : -2)
  if (task === undefined) throw new RangeError(`${action} has no task states`)
  return task
}

/** As an image by itself ends. */
export const snapshotEnds = (ids: Ids): Ends => ({
  done: (tx, operation, request, output) => settleAsDone(tx, ids, operation.id, request, output),
  failed: (tx, operation, request) => settleAsFailed(tx, ids, operation, request),
})

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
async function settleAsDone(
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
async function settleAsFailed(tx: CellTx, ids: Ids, operation: Operation, request: SnapshotRequest): Promise<void> {
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
