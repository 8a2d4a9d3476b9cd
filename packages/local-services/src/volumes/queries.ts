import { gib, id, volumeErrors, type GlobalTx, type RequestContext, type Volume } from '@novakit/core'
import { tables } from '../records/records.ts'
import type { AttachmentRow, VolumeRow } from './tables.ts'

export function volumeOf(row: VolumeRow): Volume {
  const { size, status, bootable } = row
  return { id: id(row.id), size: gib(size), status, multiattach: false, bootable: bootable === 1, encrypted: false }
}

export async function volumeRow(tx: GlobalTx, volume: string): Promise<VolumeRow | null> {
  return (await tables(tx).selectFrom('volume').selectAll().where('id', '=', volume).executeTakeFirst()) ?? null
}

/** @throws `volume.not_found` for what is another project's, as if it were not there */
export async function ownVolume(tx: GlobalTx, { project, roles }: RequestContext, volume: string): Promise<VolumeRow> {
  const row = await volumeRow(tx, volume)
  if (row === null || (row.owner !== project && !roles.includes('admin'))) throw volumeErrors.not_found({ volume })
  return row
}

export async function attachmentRow(tx: GlobalTx, attachment: string): Promise<AttachmentRow | null> {
  const rows = tables(tx).selectFrom('volume_attachment').selectAll()
  return (await rows.where('id', '=', attachment).executeTakeFirst()) ?? null
}

/** Writes where the volume still stands as expected, and says whether it did. */
export async function changeVolume(
  tx: GlobalTx,
  expected: Pick<VolumeRow, 'id' | 'status' | 'draft'>,
  values: Partial<VolumeRow>,
): Promise<boolean> {
  const { numUpdatedRows } = await tables(tx)
    .updateTable('volume')
    .set(values)
    .where('id', '=', expected.id)
    .where('status', '=', expected.status)
    .where('draft', 'is', expected.draft)
    .executeTakeFirst()
  return Number(numUpdatedRows) === 1
}
