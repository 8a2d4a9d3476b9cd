import type { ApiDeps } from '../../deps.ts'
import type { ParsedVolumeAttachment } from './input.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import type { ServerId, VolumeId } from '../../../domain/ids.ts'
import type { VolumeAttachment } from '../../../domain/volume/volume.ts'
import {
  addVolumeAttachment,
  toVolumeAttachment,
  volumeAttachmentRow,
} from '../../../storage/cell/volume-attachments.ts'
import { beginVolumeAction } from './begin-volume-action.ts'
import { id } from '../../../domain/ids.ts'
import { inCell } from '../actions/in-cell.ts'
import { serverErrors } from '../../../domain/server/errors.ts'
import { volumeErrors } from '../../../domain/volume/errors.ts'

/**
 * Accepts that a volume is brought to a server. The volume service has the last word on whose it is; what it would
 * refuse at this moment is refused here.
 * @throws as {@link inCell}; `server.no_host`, `volume.not_found`, `volume.conflict` where a server has it
 */
export async function attachVolume(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  input: ParsedVolumeAttachment,
): Promise<VolumeAttachment> {
  const volume = id<VolumeId>(input.volume)
  const { device = null, tag = null, deleteOnTermination } = input
  return inCell(deps, context, server, 'attachVolume', async (tx, row, cell) => {
    if (row.host === null) throw serverErrors.no_host({ server })
    if (!(await addVolumeAttachment(tx, { server, volume, device, tag, deleteOnTermination }))) {
      throw volumeErrors.conflict({ volume, what: `belongs to server ${server} already` })
    }
    await beginVolumeAction(tx, deps, context, 'attachVolume', { server, volume, row, cell })
    const added = await volumeAttachmentRow(tx, server, volume)
    return added === null ? null : toVolumeAttachment(added)
  })
}

/** @throws `volume.not_found`, `volume.conflict` */
export async function mustBeFree({ volumes }: ApiDeps, context: RequestContext, volume: VolumeId): Promise<void> {
  const { status, multiattach } = await volumes.get(context, volume)
  if (status === 'available' || (multiattach && status === 'in-use')) return
  throw volumeErrors.conflict({ volume, what: `is ${status}` })
}
