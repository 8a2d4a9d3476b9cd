import type { CellTables, VolumeAttachmentRow } from './tables.ts'
import type { CellTx } from '../../ports/storage.ts'
import type {
  PluggedVolume,
  VolumeAttachment,
  VolumeAttachmentStatus,
  VolumeConnection,
} from '../../domain/volume/volume.ts'
import type { ServerId, VolumeId } from '../../domain/ids.ts'
import { id } from '../../domain/ids.ts'
import { insertIgnore } from '../index.ts'
import { instant } from '../../domain/unit/units.ts'

export interface NewVolumeAttachment {
  readonly server: ServerId
  readonly volume: VolumeId
  readonly device: string | null
  readonly tag: string | null
  readonly deleteOnTermination: boolean
}

/** A volume that comes to a server. @returns false where the server has it already */
export async function addVolumeAttachment(tx: CellTx, wanted: NewVolumeAttachment): Promise<boolean> {
  const { deleteOnTermination, ...rest } = wanted
  const row: VolumeAttachmentRow = {
    ...rest,
    status: 'attaching',
    attachment: null,
    delete_on_termination: deleteOnTermination ? 1 : 0,
    connection: null,
    created_at: await tx.now(),
  }
  return (await insertIgnore(tx, 'volume_attachment', [{ ...row }])) === 1
}

/** Oldest first. */
export async function volumeAttachmentRows(tx: CellTx, server: ServerId): Promise<readonly VolumeAttachmentRow[]> {
  return tx
    .db<CellTables>()
    .selectFrom('volume_attachment')
    .selectAll()
    .where('server', '=', server)
    .orderBy('created_at')
    .orderBy('volume')
    .execute()
}

export async function volumeAttachmentRow(
  tx: CellTx,
  server: ServerId,
  volume: VolumeId,
): Promise<VolumeAttachmentRow | null> {
  return (await volumeAttachmentRows(tx, server)).find((row) => row.volume === volume) ?? null
}

export interface VolumeAttachmentChange {
  readonly status?: VolumeAttachmentStatus
  readonly attachment?: string
  readonly device?: string
  readonly connection?: VolumeConnection
  readonly deleteOnTermination?: boolean
}

/** @returns false where it does not stand as expected */
export async function changeVolumeAttachment(
  tx: CellTx,
  { server, volume }: Pick<NewVolumeAttachment, 'server' | 'volume'>,
  expected: VolumeAttachmentStatus,
  { deleteOnTermination, connection, ...plain }: VolumeAttachmentChange,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .db<CellTables>()
    .updateTable('volume_attachment')
    .set({
      status: expected,
      ...plain,
      ...(connection === undefined ? {} : { connection: JSON.stringify(connection) }),
      ...(deleteOnTermination === undefined ? {} : { delete_on_termination: deleteOnTermination ? 1 : 0 }),
    })
    .where('server', '=', server)
    .where('volume', '=', volume)
    .where('status', '=', expected)
    .executeTakeFirst()
  return Number(numUpdatedRows) === 1
}

/** Absent is fine. @param volume null: all of the server's */
export async function removeVolumeAttachment(tx: CellTx, server: ServerId, volume: VolumeId | null): Promise<void> {
  const all = tx.db<CellTables>().deleteFrom('volume_attachment').where('server', '=', server)
  await (volume === null ? all : all.where('volume', '=', volume)).execute()
}

/** What the server's guest is to have when it is made again. */
export function pluggedVolumes(rows: readonly VolumeAttachmentRow[]): readonly PluggedVolume[] {
  return rows.flatMap(({ status, connection, device, tag }) => {
    if (connection === null || (status !== 'attached' && status !== 'detaching')) return []
    return [{ connection: JSON.parse(connection) as VolumeConnection, deviceName: device, tag }]
  })
}

export function toVolumeAttachment(row: VolumeAttachmentRow): VolumeAttachment {
  const { server, volume, attachment, status, device, tag } = row
  return {
    server: id(server),
    volume: id(volume),
    attachment,
    status,
    device,
    tag,
    deleteOnTermination: row.delete_on_termination === 1,
    createdAt: instant(row.created_at),
  }
}
