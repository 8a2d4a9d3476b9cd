import type { AtCell } from '../deps.ts'
import type { DeleteStep } from './request.ts'
import type { ProjectId } from '../../domain/ids.ts'
import { changeInstance, instanceRow } from '../../storage/cell/instances.ts'
import { done, publish } from '../../saga/index.ts'
import { finishAction } from '../../storage/cell/actions.ts'
import { endResize } from '../resize/end-resize.ts'
import { id } from '../../domain/ids.ts'
import { serverErrors } from '../../domain/server/errors.ts'

/** The server is deleted; its row stays, as proof for a host that comes back with the guest. */
export function finishStep(at: AtCell): DeleteStep {
  return {
    name: 'finish',
    run: async ({ request, operation }) =>
      done(null, async (tx) => {
        const { server } = request
        const row = await instanceRow(tx, server)
        if (row === null) return
        const gone = { vmState: 'deleted', taskState: null, powerState: 'nostate', deletedAt: await tx.now() } as const
        const deleted = await changeInstance(tx, server, { taskState: 'deleting', epoch: row.epoch }, gone)
        if (!deleted) throw serverErrors.changed_meanwhile({ server })
        await endResize(tx, at, row, operation.traceId)
        await finishAction(tx, operation.id, server, null)
        const told = { server, project: id<ProjectId>(row.project), operation: operation.id }
        await publish(tx, at.deps.ids, server, 'instance.delete.end', told)
      }),
    undo: 'nothing to undo: an accepted delete goes forward',
  }
}
