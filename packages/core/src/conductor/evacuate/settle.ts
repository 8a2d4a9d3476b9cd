import type { CellTx } from '../../ports/storage.ts'
import type { EvacuationRequest } from '../../lifecycle/index.ts'
import type { Ids } from '../../ports/ids.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { Operation } from '../../domain/operation/operation.ts'
import type { OperationId, ProjectId } from '../../domain/ids.ts'
import { addFault, finishAction } from '../../storage/cell/actions.ts'
import { changeInstance, instanceRow } from '../../storage/cell/instances.ts'
import { changeMigration } from '../../storage/cell/migrations-of.ts'
import { id } from '../../domain/ids.ts'
import { isOnItsWay } from '../is-on-its-way.ts'
import { problemOf, tenantView } from '../../domain/error.ts'
import { publish } from '../../saga/index.ts'
import { serverErrors } from '../../domain/server/errors.ts'

/** Whether the server is still where the evacuation has brought it, before the switch or after. */
export const isUnderWay = (row: InstanceRow, request: EvacuationRequest): boolean =>
  isOnItsWay('evacuate', row, request)

/** It is there again, and rests as it was wanted. @throws `server.changed_meanwhile` */
export async function settleAsDone(
  tx: CellTx,
  ids: Ids,
  operation: OperationId,
  request: EvacuationRequest,
): Promise<void> {
  const { server, migration, landsAs } = request
  const row = await instanceRow(tx, server)
  if (row === null || !isUnderWay(row, request)) throw serverErrors.changed_meanwhile({ server })
  const powerState = landsAs === 'active' ? 'running' : 'shutdown'
  const rest = { vmState: landsAs, taskState: null, powerState, answered: request.sequence } as const
  if (!(await changeInstance(tx, server, { taskState: row.task_state, epoch: row.epoch }, rest))) {
    throw serverErrors.changed_meanwhile({ server })
  }
  await changeMigration(tx, migration, { status: 'done' })
  await finishAction(tx, operation, server, null)
  await publish(tx, ids, server, 'instance.evacuate.end', { server, project: id<ProjectId>(row.project), operation })
}

/** In error, where it was or on no host; one that was overtaken is left to whoever did that. */
export async function settleAsFailed(
  tx: CellTx,
  ids: Ids,
  operation: Operation,
  request: EvacuationRequest,
): Promise<void> {
  const { server, migration } = request
  const problem = operation.problem ?? problemOf(serverErrors.changed_meanwhile({ server }))
  await finishAction(tx, operation.id, server, problem)
  await changeMigration(tx, migration, { status: 'failed' })
  const row = await instanceRow(tx, server)
  if (row === null) return
  if (isUnderWay(row, request)) {
    const rest = { vmState: 'error', taskState: null } as const
    await changeInstance(tx, server, { taskState: row.task_state, epoch: row.epoch }, rest)
    await addFault(tx, server, operation.id, problem)
  }
  const told = { server, project: id<ProjectId>(row.project), operation: operation.id, problem: tenantView(problem) }
  await publish(tx, ids, server, 'instance.evacuate.error', told)
}
