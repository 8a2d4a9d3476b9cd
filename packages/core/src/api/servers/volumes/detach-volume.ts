import type { ApiDeps } from '../../deps.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import type { ServerId, VolumeId } from '../../../domain/ids.ts'
import { beginVolumeAction } from './begin-volume-action.ts'
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
    return beginVolumeAction(tx, deps, context, 'detachVolume', { server, volume, row, cell })
  })
}
