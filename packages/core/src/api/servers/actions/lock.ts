import type { ApiDeps } from '../../deps.ts'
import type { EventName, EventPayloads } from '../../../domain/event/event.ts'
import type { InstanceRow } from '../../../storage/cell/tables.ts'
import type { InstanceChange } from '../../../storage/cell/instances.ts'
import type { OperationId, ProjectId, ServerId } from '../../../domain/ids.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import { authorize } from '../../authorize.ts'
import { changeInstance } from '../../../storage/cell/instances.ts'
import { finishAction, startAction } from '../../../storage/cell/actions.ts'
import { id } from '../../../domain/ids.ts'
import { inCell } from './in-cell.ts'
import { publish } from '../../../saga/index.ts'

/**
 * From then on only administrators may do something to the server. What its owner locks is unlocked by its owner; what
 * somebody else has locked, only by whom policy lets override (nova/api/openstack/compute/lock_server.py). The owner
 * cannot lock it again.
 */
export function lockServer(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  reason: string | null,
): Promise<void> {
  const isOwners = (row: InstanceRow): boolean => row.project === context.project
  return atOnce(deps, context, server, 'lock', 'instance.lock', { reason }, (row) => {
    if (row.locked === 1 && isOwners(row)) return null
    return { locked: 1, lockedReason: reason, lockedBy: isOwners(row) ? 'owner' : 'admin' }
  })
}

export function unlockServer(deps: ApiDeps, context: RequestContext, server: ServerId): Promise<void> {
  return atOnce(deps, context, server, 'unlock', 'instance.unlock', {}, (row) => {
    if (row.locked_by === 'admin') {
      authorize(deps.policy, 'servers:unlock:override', context, { project: row.project })
    }
    return { locked: 0, lockedReason: null, lockedBy: null }
  })
}

/** Over when it is accepted, and on record all the same. */
async function atOnce<Name extends EventName & `instance.${string}`>(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  action: 'lock' | 'unlock',
  name: Name,
  more: object,
  changeOf: (row: InstanceRow) => InstanceChange | null,
): Promise<void> {
  await inCell(deps, context, server, action, async (tx, row) => {
    const change = changeOf(row)
    if (change === null) return true
    if (!(await changeInstance(tx, server, { taskState: row.task_state, epoch: row.epoch }, change))) return null
    const { requestId, user } = context
    const operation = id<OperationId>(deps.ids.uuid())
    const project = id<ProjectId>(row.project)
    await startAction(tx, { server, operation, action, requestId, project, user })
    await finishAction(tx, operation, server, null)
    const told = { server, project, operation: null, ...more } as unknown as EventPayloads[Name]
    await publish(tx, deps.ids, server, name, told)
    return true
  })
}
