import type { ActionRequest } from '../../lifecycle/index.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { Ids } from '../../ports/ids.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { InstanceChange } from '../../storage/cell/instances.ts'
import type { Instant } from '../../domain/unit/units.ts'
import type { Json } from '../../domain/json.ts'
import type { Action, Move } from '../../domain/server/moves.ts'
import type { Operation, Report } from '../../domain/operation/operation.ts'
import type { OperationId, ProjectId } from '../../domain/ids.ts'
import type { PowerState, TaskState, VmState } from '../../domain/server/states.ts'
import { addFault, finishAction } from '../../storage/cell/actions.ts'
import { changeInstance, instanceRow } from '../../storage/cell/instances.ts'
import { guestActions } from '../../domain/server/guest-actions.ts'
import { id } from '../../domain/ids.ts'
import { moves } from '../../domain/server/moves.ts'
import { powerStates } from '../../domain/server/states.ts'
import { problemOf, tenantView } from '../../domain/error.ts'
import { publish } from '../../saga/index.ts'
import { serverErrors } from '../../domain/server/errors.ts'

type Standing = Pick<InstanceRow, 'task_state' | 'epoch' | 'sequence' | 'deleted_at'>

/** An action that has begun on a server, as its request has it. */
interface Begun {
  readonly action: Action
  readonly epoch: number
  readonly sequence: number
}

/** Whether the server is still where the action has brought it: whoever took its task state away has overtaken it. */
export function isUnderWay(row: Standing, { action, epoch, sequence }: Begun): boolean {
  if (row.deleted_at !== null || row.epoch !== epoch) return false
  return isBeside(action) || (row.sequence === sequence && tasksOf(action).includes(row.task_state))
}

/** It has no task state: other actions may begin and end while it is carried out, and it says nothing of where they rest. */
const isBeside = (action: Action): boolean => (moves[action] as Move).through.length === 0

function tasksOf(action: Action): readonly (TaskState | null)[] {
  return (moves[action] as Move).through
}

/** It is in the host's hands: the last of its task states. @throws `server.changed_meanwhile` */
export async function moveUnderWay(
  tx: CellTx,
  row: InstanceRow,
  { server, action, epoch }: ActionRequest,
): Promise<void> {
  const last = tasksOf(action).at(-1)
  if (last === undefined || row.task_state === last) return
  if (await changeInstance(tx, server, { taskState: row.task_state, epoch }, { taskState: last })) return
  throw serverErrors.changed_meanwhile({ server })
}

/** @throws `server.changed_meanwhile` where it was overtaken: then somebody else says where it rests */
export async function settleAsDone(
  tx: CellTx,
  ids: Ids,
  operation: OperationId,
  request: ActionRequest,
  output: Json,
): Promise<void> {
  const { server, action, epoch, sequence } = request
  const row = await instanceRow(tx, server)
  if (row === null || !isUnderWay(row, request)) throw serverErrors.changed_meanwhile({ server })
  const powerState = powerIn(output)
  const rest = {
    vmState: restAfter(request, powerState),
    taskState: null,
    answered: sequence,
    ...(powerState === null ? {} : { powerState }),
    ...setAside(action, await tx.now()),
  }
  if (!isBeside(action) && !(await changeInstance(tx, server, { taskState: row.task_state, epoch }, rest))) {
    throw serverErrors.changed_meanwhile({ server })
  }
  await tellDone(tx, ids, operation, request, row)
}

/** Writes down and tells that the action has ended well. */
export async function tellDone(
  tx: CellTx,
  ids: Ids,
  operation: OperationId,
  { server, action }: ActionRequest,
  row: Pick<InstanceRow, 'project'>,
): Promise<void> {
  await finishAction(tx, operation, server, null)
  const told = { server, project: id<ProjectId>(row.project), operation }
  await publish(tx, ids, server, `instance.${guestActions[action].told}.end`, told)
}

/** A rebuilt server runs or not as before, and one in error is well again (nova/compute/manager.py, `_do_rebuild`). */
function restAfter({ action, from }: ActionRequest, power: PowerState | null): VmState {
  const { to } = moves[action] as Move
  if (action === 'rebuild') return power === 'shutdown' ? 'stopped' : 'active'
  return to === 'unchanged' || to === 'as_before_resize' ? from : to
}

/** Since when it waits to be removed. */
function setAside(action: ActionRequest['action'], now: Instant): Pick<InstanceChange, 'setAsideAt'> {
  if (action === 'softDelete') return { setAsideAt: now }
  return action === 'restore' ? { setAsideAt: null } : {}
}

/** What the host has seen after it was done. */
export function powerIn(output: Json): PowerState | null {
  const { power } = (output ?? {}) as { readonly power?: PowerState }
  return power !== undefined && powerStates.includes(power) ? power : null
}

/** What the guest shows, whichever way its order ended. */
export function powerSeen(report: Report | null): PowerState | null {
  if (report === null) return null
  return report.outcome.kind === 'done' ? powerIn(report.outcome.output) : (report.outcome.power ?? null)
}

/** A guest that could not be rebooted and runs all the same is as well as before (nova/compute/manager.py, `reboot_instance`). */
function endsInError({ action, from }: ActionRequest, power: PowerState | null): boolean {
  const rebooted = action === 'rebootSoft' || action === 'rebootHard'
  return (moves[action] as Move).onFailure === 'error' && !(rebooted && from === 'active' && power === 'running')
}

/** What a rebuild had changed of the server before it was found that its host must not have it. */
function changeBefore({ options }: ActionRequest): InstanceChange | null {
  return ((options ?? {}) as { readonly before?: InstanceChange }).before ?? null
}

/** Where the server rests when it could not be done; one that was overtaken is left to whoever did that. */
export async function settleAsFailed(
  tx: CellTx,
  ids: Ids,
  operation: Operation,
  request: ActionRequest,
): Promise<void> {
  const { server, action, epoch, sequence } = request
  const problem = operation.problem ?? problemOf(serverErrors.changed_meanwhile({ server }))
  await finishAction(tx, operation.id, server, problem)
  const row = await instanceRow(tx, server)
  if (row === null) return
  if (isUnderWay(row, request) && !isBeside(action)) {
    const powerState = powerSeen(operation.report)
    const before = problem.code === 'server.no_valid_host' ? changeBefore(request) : null
    const inError = before === null && endsInError(request, powerState)
    const change = {
      taskState: null,
      ...before,
      ...(inError ? { vmState: 'error' as const } : {}),
      ...(powerState === null ? {} : { powerState }),
      ...(operation.report === null ? {} : { answered: sequence }),
    }
    await changeInstance(tx, server, { taskState: row.task_state, epoch }, change)
    if (inError) await addFault(tx, server, operation.id, problem)
  }
  const told = { server, project: id<ProjectId>(row.project), operation: operation.id, problem: tenantView(problem) }
  await publish(tx, ids, server, `instance.${guestActions[action].told}.error`, told)
}
