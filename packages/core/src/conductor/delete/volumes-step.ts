import type { AtCell } from '../deps.ts'
import type { DeleteStep } from './request.ts'
import type { ProjectId, RequestId, UserId, VolumeId } from '../../domain/ids.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import { done } from '../../saga/index.ts'
import { id } from '../../domain/ids.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { problemOf } from '../../domain/error.ts'
import { removeVolumeAttachment, volumeAttachmentRows } from '../../storage/cell/volume-attachments.ts'

/** Its volumes are anybody's again; those that were to end with it are deleted. */
export function volumesStep({ deps, cell }: AtCell): DeleteStep {
  const { volumes } = deps
  return {
    name: 'volumes',
    run: async ({ request: { server }, operation, log }) => {
      const { row, rows } = await deps.cells.get(cell).read(async (tx) => ({
        row: await instanceRow(tx, server),
        rows: await volumeAttachmentRows(tx, server),
      }))
      for (const { volume, attachment, delete_on_termination: ends } of rows) {
        if (attachment !== null) await volumes.release(attachment)
        if (ends === 0 || row === null) continue
        const context: RequestContext = {
          requestId: id<RequestId>(operation.traceId),
          project: id<ProjectId>(row.project),
          user: id<UserId>(row.user),
          roles: ['member'],
        }
        await volumes.delete(context, id<VolumeId>(volume)).catch((error: unknown) => {
          const { kind, code } = problemOf(error)
          // Somebody else was quick: it is theirs now.
          if (kind !== 'conflict' && kind !== 'not_found') throw error
          log.warn('a volume that was to end with its server stays', { server, volume, code })
        })
      }
      return done(null, (tx) => removeVolumeAttachment(tx, server, null))
    },
    undo: 'nothing to undo: an accepted delete goes forward',
  }
}
