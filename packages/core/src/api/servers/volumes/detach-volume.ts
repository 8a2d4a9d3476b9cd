import type { ApiDeps } from '../../deps.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import type { ServerId, VolumeId } from '../../../domain/ids.ts'
import type { VolumeRequest } from '../../../lifecycle/index.ts'
import { begin, DETACH_VOLUME } from '../../../lifecycle/index.ts'
import { changeVolumeAttachment, volumeAttachmentRow } from '../../../storage/cell/volume-attachments.ts'
import { inCell } from '../actions/in-cell.ts'
import { serverErrors } from '../../../domain/server/errors.ts'
import { volumeErrors } from '../../../domain/volume/errors.ts'

/**
 * Accepts that a volume is taken from a server.
 * @throws as {@link inCell}; `server.no_host`, `volume.not_attached`, `volume.conflict` while it comes or goes
 */
export async function detachVolume(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  volume: VolumeId,
): Promise<void> {
  await inCell(deps, context, server, 'detachVolume', async (tx, row, cell) => {
    const known = await volumeAttachmentRow(tx, server, volume)
    if (known === null) throw volumeErrors.not_attached({ volume, server })
    if (row.host === null) throw serverErrors.no_host({ server })
    if (!(await changeVolumeAttachment(tx, { server, volume }, 'attached', { status: 'detaching' }))) {
      throw volumeErrors.conflict({ volume, what: `is ${known.status}` })
    }
    const { project, user, roles } = context
    const { epoch } = row
    const operation = await begin(tx, deps, context, row, {
      action: 'detachVolume',
      kind: DETACH_VOLUME,
      record: 'detach_volume',
      event: 'instance.volume_detach.start',
      orders: 2,
      within: deps.actWithin,
      request: (sequence): VolumeRequest => ({ server, volume, epoch, sequence, caller: { project, user, roles } }),
    })
    if (operation === null) throw serverErrors.changed_meanwhile({ server })
    tx.afterCommit(() => deps.wake(cell, operation))
    return operation
  })
}
