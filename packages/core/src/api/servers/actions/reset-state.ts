import type { ApiDeps } from '../../deps.ts'
import type { OperationId, ProjectId, ServerId } from '../../../domain/ids.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import { addFault, finishAction, startAction } from '../../../storage/cell/actions.ts'
import { changeInstance } from '../../../storage/cell/instances.ts'
import { id } from '../../../domain/ids.ts'
import { inCell } from './in-cell.ts'
import { problemOf } from '../../../domain/error.ts'
import { EVACUATE, OFFLOAD, UNSHELVE } from '../../../lifecycle/index.ts'
import { liveOperations, publish } from '../../../saga/index.ts'
import { openResizeOf } from '../../../storage/cell/open-resizes.ts'
import { serverErrors } from '../../../domain/server/errors.ts'

/** What leaves a host or comes to one says itself where the server is then. */
const forward: ReadonlySet<string> = new Set([EVACUATE, OFFLOAD, UNSHELVE])

/**
 * An operator's word on where a server rests. What was under way finds its task state gone, and unwinds. The
 * hypervisor is not asked: if the guest shows something else, the next look at it says so.
 * @throws `server.wrong_state` for one that is being deleted or is on its way between hosts, and for one that moves or waits to be
 *   confirmed: these come to their own ends
 */
export async function resetState(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  vmState: 'active' | 'error',
): Promise<void> {
  await inCell(deps, context, server, 'resetState', async (tx, row) => {
    const { task_state: taskState, vm_state: before, epoch } = row
    const resizes = (await openResizeOf(tx, server)) !== null
    const leaves = (await liveOperations(tx, server)).some(({ kind }) => forward.has(kind))
    const goes = taskState === 'deleting' || taskState === 'soft-deleting' || before === 'soft-delete'
    if (resizes || leaves || goes || row.launched_at === null) {
      throw serverErrors.wrong_state({ server, action: 'reset its state', vmState: before, taskState })
    }
    if (!(await changeInstance(tx, server, { taskState, epoch }, { vmState, taskState: null }))) return null
    const operation = id<OperationId>(deps.ids.uuid())
    const { requestId, user } = context
    const project = id<ProjectId>(row.project)
    await startAction(tx, { server, operation, action: 'resetState', requestId, project, user })
    await finishAction(tx, operation, server, null)
    if (vmState === 'error') await addFault(tx, server, operation, problemOf(serverErrors.reset_to_error({ server })))
    await publish(tx, deps.ids, server, 'instance.update', { server, project, operation: null })
    return true
  })
}
