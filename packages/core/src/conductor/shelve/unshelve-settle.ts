import type { CellTx } from '../../ports/storage.ts'
import type { Ids } from '../../ports/ids.ts'
import type { InstanceChange } from '../../storage/cell/instances.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { Operation } from '../../domain/operation/operation.ts'
import type { OperationId } from '../../domain/ids.ts'
import type { Step } from '../../saga/index.ts'
import type { UnshelveRequest } from '../../lifecycle/index.ts'
import { addFault, finishAction } from '../../storage/cell/actions.ts'
import { changeInstance, instanceRow } from '../../storage/cell/instances.ts'
import { isOnItsWay } from '../is-on-its-way.ts'
import { powerSeen } from '../act/settle.ts'
import { problemOf, tenantView } from '../../domain/error.ts'
import { publish } from '../../saga/index.ts'
import { serverErrors } from '../../domain/server/errors.ts'

export type UnshelveStep = Step<'cell', UnshelveRequest>

/** Whether the server is still where the action has brought it, before it had a host again or after. */
export const isUnderWay = (row: InstanceRow, request: UnshelveRequest): boolean => isOnItsWay('unshelve', row, request)

/** It runs again. @throws `server.changed_meanwhile` where it was overtaken */
export async function settleAsDone(
  tx: CellTx,
  ids: Ids,
  operation: OperationId,
  request: UnshelveRequest,
): Promise<void> {
  const { server, sequence, project } = request
  const row = await instanceRow(tx, server)
  if (row === null || !isUnderWay(row, request)) throw serverErrors.changed_meanwhile({ server })
  const rest: InstanceChange = {
    vmState: 'active',
    taskState: null,
    powerState: 'running',
    answered: sequence,
    shelvedImage: null,
    setAsideAt: null,
  }
  if (!(await changeInstance(tx, server, { taskState: row.task_state, epoch: row.epoch }, rest))) {
    throw serverErrors.changed_meanwhile({ server })
  }
  await finishAction(tx, operation, server, null)
  await publish(tx, ids, server, 'instance.unshelve.end', { server, project, operation })
}

/**
 * It is shelved as before, or in error where its image is gone (nova/conductor/manager.py, `unshelve_instance`); one that
 * was overtaken is left to whoever did that.
 */
export async function settleAsFailed(
  tx: CellTx,
  ids: Ids,
  operation: Operation,
  request: UnshelveRequest,
): Promise<void> {
  const { server, project } = request
  const problem = operation.problem ?? problemOf(serverErrors.changed_meanwhile({ server }))
  await finishAction(tx, operation.id, server, problem)
  const row = await instanceRow(tx, server)
  if (row === null) return
  if (isUnderWay(row, request)) {
    const power = row.host === null ? null : powerSeen(operation.report)
    const isLost = problem.code === 'image.not_found'
    const rest: InstanceChange = {
      taskState: null,
      ...(isLost ? { vmState: 'error' as const } : {}),
      ...(power === null ? {} : { powerState: power }),
    }
    await changeInstance(tx, server, { taskState: row.task_state, epoch: row.epoch }, rest)
    if (isLost) await addFault(tx, server, operation.id, problem)
  }
  const told = { server, project, operation: operation.id, problem: tenantView(problem) }
  await publish(tx, ids, server, 'instance.unshelve.error', told)
}
