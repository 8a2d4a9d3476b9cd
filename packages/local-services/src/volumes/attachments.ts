import {
  volumeErrors,
  type GlobalTx,
  type HostName,
  type RequestContext,
  type ServerId,
  type VolumeConnection,
  type VolumeId,
} from '@novakit/core'
import { attachmentRow, ownVolume } from './queries.ts'
import { closeKey, isClosed } from '../records/closed-keys.ts'
import { tables } from '../records/records.ts'
import type { AttachmentRow, VolumeRow } from './tables.ts'

/** @throws `volume.not_found`, `volume.conflict` while another has it */
export async function reserve(
  tx: GlobalTx,
  context: RequestContext,
  wanted: { readonly id: string; readonly volume: VolumeId; readonly server: ServerId; readonly key: string },
): Promise<{ readonly attachment: string }> {
  const { id, volume, server, key } = wanted
  const row = await ownVolume(tx, context, volume)
  if (await isClosed(tx, server, key)) throw volumeErrors.conflict({ volume, what: 'was given up meanwhile' })
  const there = await tables(tx)
    .selectFrom('volume_attachment')
    .selectAll()
    .where('volume', '=', volume)
    .executeTakeFirst()
  if (there !== undefined) {
    if (there.reserve_key === key && there.server === server) return { attachment: there.id }
    throw volumeErrors.conflict({ volume, what: 'belongs to another server' })
  }
  if (row.status !== 'available') throw volumeErrors.conflict({ volume, what: `is ${row.status}` })
  await setStatus(tx, volume, 'reserved')
  await tables(tx)
    .insertInto('volume_attachment')
    .values({ id, volume, server, reserve_key: key, host: null })
    .execute()
  return { attachment: id }
}

/** Whoever reserves with that key comes too late from now on. */
export async function giveUp(tx: GlobalTx, volume: VolumeId, server: ServerId, key: string): Promise<void> {
  const there = await tables(tx)
    .selectFrom('volume_attachment')
    .select('id')
    .where('volume', '=', volume)
    .where('server', '=', server)
    .where('reserve_key', '=', key)
    .executeTakeFirst()
  if (there !== undefined) await release(tx, there.id)
  await closeKey(tx, server, key)
}

/** What the host is told names no path: it knows its own. */
export async function connect(tx: GlobalTx, attachment: string, host: HostName): Promise<VolumeConnection> {
  const row = await known(tx, attachment)
  await tables(tx).updateTable('volume_attachment').set({ host }).where('id', '=', attachment).execute()
  return { attachment, volume: row.volume as VolumeId, server: row.server as ServerId, type: 'file', data: {} }
}

export async function complete(tx: GlobalTx, attachment: string): Promise<void> {
  const { volume, host } = await known(tx, attachment)
  if (host === null) throw volumeErrors.conflict({ volume, what: 'was given to no host yet' })
  await setStatus(tx, volume, 'in-use')
}

export async function release(tx: GlobalTx, attachment: string): Promise<void> {
  const row = await attachmentRow(tx, attachment)
  if (row === null) return
  await tables(tx).deleteFrom('volume_attachment').where('id', '=', attachment).execute()
  await setStatus(tx, row.volume, 'available')
}

async function known(tx: GlobalTx, attachment: string): Promise<AttachmentRow> {
  const row = await attachmentRow(tx, attachment)
  if (row === null) throw volumeErrors.attachment_not_found({ attachment })
  return row
}

async function setStatus(tx: GlobalTx, volume: string, status: VolumeRow['status']): Promise<void> {
  const reachable = ['available', 'reserved', 'in-use'] as const
  await tables(tx)
    .updateTable('volume')
    .set({ status })
    .where('id', '=', volume)
    .where('status', 'in', reachable)
    .execute()
}
