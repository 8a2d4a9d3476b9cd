import type { ApiDeps } from '../../deps.ts'
import type { EventName, EventPayloads } from '../../../domain/event/event.ts'
import type { InstanceChange } from '../../../storage/cell/instances.ts'
import type { OperationId, ProjectId, ServerId } from '../../../domain/ids.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import { changeInstance } from '../../../storage/cell/instances.ts'
import { finishAction, startAction } from '../../../storage/cell/actions.ts'
import { id } from '../../../domain/ids.ts'
import { inCell } from './in-cell.ts'
import { publish } from '../../../saga/index.ts'

/** From then on only administrators may do something to the server. A locked one takes the new reason. */
export function lockServer(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  reason: string | null,
): Promise<void> {
  return atOnce(deps, context, server, 'lock', { locked: 1, lockedReason: reason }, 'instance.lock', { reason })
}

export function unlockServer(deps: ApiDeps, context: RequestContext, server: ServerId): Promise<void> {
  return atOnce(deps, context, server, 'unlock', { locked: 0, lockedReason: null }, 'instance.unlock', {})
}

/** Over when it is accepted, and on record all the same. */
async function atOnce<Name extends EventName & `instance.${string}`>(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  action: 'lock' | 'unlock',
  change: InstanceChange,
  name: Name,
  more: object,
): Promise<void> {
  await inCell(deps, context, server, action, async (tx, row) => {
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
