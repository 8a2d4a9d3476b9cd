import type { ApiDeps } from '../../deps.ts'
import type { NewVolumeAttachment, VolumeAttachmentChange } from './input.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import type { ServerId, VolumeId } from '../../../domain/ids.ts'
import type { VolumeAttachment } from '../../../domain/volume/volume.ts'
import { addressOf } from '../find-server.ts'
import { attachVolume, mustBeFree } from './attach-volume.ts'
import {
  changeVolumeAttachment,
  toVolumeAttachment,
  volumeAttachmentRow,
  volumeAttachmentRows,
} from '../../../storage/cell/volume-attachments.ts'
import { detachVolume } from './detach-volume.ts'
import { id } from '../../../domain/ids.ts'
import { inCell } from '../actions/in-cell.ts'
import { invalid, serverId } from '../server-id.ts'
import { newVolumeAttachment, volumeAttachmentChange, volumeReference } from './input.ts'
import { parse } from '../../parse.ts'
import { volumeErrors } from '../../../domain/volume/errors.ts'

/**
 * The volumes of a server. Attaching and detaching resolve when they are accepted; `volumeAttachments` shows how far
 * they have come, and `actions` how they ended. All throw as the actions of a server do.
 */
export interface ServerVolumeVerbs {
  /** @throws `volume.not_found`, `volume.conflict` where it is not free, `server.no_host` */
  attachVolume(server: string, volume: NewVolumeAttachment): Promise<VolumeAttachment>
  /** @throws `volume.not_attached`, `volume.conflict` while it comes or goes, `server.no_host` */
  detachVolume(server: string, volume: string): Promise<void>
  /** Oldest first. */
  volumeAttachments(server: string): Promise<readonly VolumeAttachment[]>
  /** @throws `volume.not_attached` */
  volumeAttachment(server: string, volume: string): Promise<VolumeAttachment>
  /** Whether it ends with the server. @throws `volume.not_attached` */
  updateVolumeAttachment(server: string, volume: string, change: VolumeAttachmentChange): Promise<VolumeAttachment>
}

export function serverVolumeVerbs(deps: ApiDeps, context: RequestContext): ServerVolumeVerbs {
  const list = async (server: ServerId): Promise<readonly VolumeAttachment[]> => {
    const { cell } = await addressOf(deps, context, server, 'servers:get')
    const rows = cell === null ? [] : await deps.cells.get(cell).read((tx) => volumeAttachmentRows(tx, server))
    return rows.map(toVolumeAttachment)
  }
  const volumeId = (volume: string): VolumeId => id(parse(volumeReference, volume, invalid, 'the volume'))
  return {
    attachVolume: async (server, input) => {
      const parsed = parse(newVolumeAttachment, input, invalid)
      await addressOf(deps, context, serverId(server), 'servers:attachVolume')
      await mustBeFree(deps, context, id<VolumeId>(parsed.volume))
      return attachVolume(deps, context, serverId(server), parsed)
    },
    detachVolume: async (server, volume) => detachVolume(deps, context, serverId(server), volumeId(volume)),
    volumeAttachments: async (server) => list(serverId(server)),
    volumeAttachment: async (server, volume) => {
      const wanted = volumeId(volume)
      const found = (await list(serverId(server))).find((one) => one.volume === wanted)
      if (found === undefined) throw volumeErrors.not_attached({ volume: wanted, server })
      return found
    },
    updateVolumeAttachment: async (server, volume, change) => {
      const { deleteOnTermination } = parse(volumeAttachmentChange, change, invalid)
      return update(deps, context, { server: serverId(server), volume: volumeId(volume) }, deleteOnTermination)
    },
  }
}

async function update(
  deps: ApiDeps,
  context: RequestContext,
  named: { readonly server: ServerId; readonly volume: VolumeId },
  deleteOnTermination: boolean,
): Promise<VolumeAttachment> {
  const { server, volume } = named
  return inCell(deps, context, server, 'update', async (tx) => {
    const row = await volumeAttachmentRow(tx, server, volume)
    if (row === null) throw volumeErrors.not_attached(named)
    if (!(await changeVolumeAttachment(tx, named, row.status, { deleteOnTermination }))) return null
    return toVolumeAttachment({ ...row, delete_on_termination: deleteOnTermination ? 1 : 0 })
  })
}
