import type { ActionRequest } from './action-request.ts'
import type { CellTx } from '../ports/storage.ts'
import type { GuestActionName } from '../domain/server/guest-actions.ts'
import type { Ids } from '../ports/ids.ts'
import type { InstanceChange } from '../storage/cell/instances.ts'
import type { InstanceRow } from '../storage/cell/tables.ts'
import type { Json } from '../domain/json.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { OperationId, ServerId } from '../domain/ids.ts'
import type { RequestContext } from '../domain/context/request-context.ts'
import type { ServerStanding } from '../domain/server/moves.ts'
import { actionKind } from './action-request.ts'
import { begin } from './begin.ts'
import { guestActions } from '../domain/server/guest-actions.ts'
import { id } from '../domain/ids.ts'

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

/** Begins an action that the server's host carries out, as {@link begin}. */
export function beginAction(
  tx: CellTx,
  deps: { readonly ids: Ids },
  who: Pick<RequestContext, 'requestId' | 'user'>,
  row: InstanceRow,
  { action, options, change = {}, within }: NewAction,
): Promise<OperationId | null> {
  const { record, told } = guestActions[action]
  const server = id<ServerId>(row.id)
  const { epoch } = row
  return begin(tx, deps, who, row, {
    action,
    kind: actionKind(action),
    record,
    event: `instance.${told}.start`,
    request: (sequence): ActionRequest => ({ server, action, from: row.vm_state, epoch, sequence, options }),
    change,
    within,
  })
}
