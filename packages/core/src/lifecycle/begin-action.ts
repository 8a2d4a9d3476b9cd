import type { ActionRequest } from './action-request.ts'
import type { CellTx } from '../ports/storage.ts'
import type { GuestActionName } from '../domain/server/guest-actions.ts'
import type { Ids } from '../ports/ids.ts'
import type { InstanceRow } from '../storage/cell/tables.ts'
import type { Json } from '../domain/json.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { OperationId, ProjectId, ServerId } from '../domain/ids.ts'
import type { Move, ServerStanding } from '../domain/server/moves.ts'
import type { RequestContext } from '../domain/context/request-context.ts'
import { accept, publish } from '../saga/index.ts'
import { actionKind } from './action-request.ts'
import { changeInstance, type InstanceChange } from '../storage/cell/instances.ts'
import { guestActions } from '../domain/server/guest-actions.ts'
import { id } from '../domain/ids.ts'
import { later } from '../domain/unit/units.ts'
import { moves } from '../domain/server/moves.ts'
import { startAction } from '../storage/cell/actions.ts'

/** What of a row the guards look at. */
export function standingOf(
  row: Pick<InstanceRow, 'vm_state' | 'task_state' | 'launched_at' | 'locked'>,
): ServerStanding {
  return {
    vmState: row.vm_state,
    taskState: row.task_state,
    launched: row.launched_at !== null,
    locked: row.locked === 1,
  }
}

export interface NewAction {
  readonly action: GuestActionName
  readonly options: Json
  /** Written in the same stroke as the task state. */
  readonly change?: InstanceChange
  /** Given up after that long, if the host has not answered. */
  readonly within: Millis
}

/**
 * Begins a guest action on a server that may begin it: task state, history, event and operation, in the caller's
 * transaction.
 * @returns the operation; null where the server changed since the row was read
 */
export async function beginAction(
  tx: CellTx,
  { ids }: { readonly ids: Ids },
  { requestId, user }: Pick<RequestContext, 'requestId' | 'user'>,
  row: InstanceRow,
  { action, options, change = {}, within }: NewAction,
): Promise<OperationId | null> {
  const { epoch } = row
  const [server, project] = [id<ServerId>(row.id), id<ProjectId>(row.project)]
  const [first] = (moves[action] as Move).through
  const sequence = row.sequence + 1
  const begun = { ...change, sequence, taskState: first ?? row.task_state }
  if (!(await changeInstance(tx, server, { taskState: row.task_state, epoch }, begun))) return null
  const operation = id<OperationId>(ids.uuid())
  const request: ActionRequest = { server, action, from: row.vm_state, epoch, sequence, options }
  const deadline = later(await tx.now(), within)
  await accept(tx, {
    id: operation,
    kind: actionKind(action),
    subject: server,
    request: request as unknown as Json,
    deadline,
    traceId: requestId,
  })
  const { record, told } = guestActions[action]
  await startAction(tx, { server, operation, action: record, requestId, project, user })
  await publish(tx, ids, server, `instance.${told}.start`, { server, project, operation })
  return operation
}
