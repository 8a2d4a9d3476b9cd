import { gib, volumeErrors, type VolumeHost } from '@novakit/core'
import { attachmentRow, volumeRow } from './queries.ts'
import { bytesOf } from './content.ts'
import { tables } from '../records/records.ts'
import type { VolumeDeps } from './deps.ts'

/** Volumes as files that a hypervisor of this machine opens. Which file it is follows from the volume, and nothing else. */
export function volumeHost({ records, folders }: VolumeDeps): VolumeHost {
  return {
    connector: async () => ({ type: 'file' }),
    attach: async ({ attachment, volume, server, type }, signal) => {
      signal?.throwIfAborted()
      if (type !== 'file') throw volumeErrors.invalid({ what: `it is of the type ${type.slice(0, 40)}, not file.` })
      const size = await records.write(async (tx) => {
        const row = await attachmentRow(tx, attachment)
        if (row === null || row.host === null || row.volume !== volume || row.server !== server) {
          throw volumeErrors.attachment_not_found({ attachment })
        }
        const held = await tables(tx)
          .selectFrom('held_volume')
          .selectAll()
          .where('volume', '=', volume)
          .executeTakeFirst()
        // Somebody gave up an attachment that a guest here still has (CVE-2023-2088): it is detached first.
        if (held !== undefined && held.attachment !== attachment) throw volumeErrors.unreachable({ volume })
        if (held === undefined) await tables(tx).insertInto('held_volume').values({ volume, attachment }).execute()
        return (await volumeRow(tx, volume))?.size ?? 0
      })
      const file = await folders.volumes.open(volume)
      if (file === null) throw volumeErrors.unreachable({ volume })
      try {
        if ((await file.stat()).size < bytesOf(gib(size)))
          throw volumeErrors.unreachable({ volume }, { detail: 'its file is too short' })
      } finally {
        await file.close()
      }
      return { volume, attachment, path: folders.volumes.pathOf(volume), format: 'raw' }
    },
    detach: async ({ attachment }) => {
      await records.write((tx) => tables(tx).deleteFrom('held_volume').where('attachment', '=', attachment).execute())
    },
    list: async () => {
      const rows = await records.read((tx) =>
        tables(tx).selectFrom('held_volume').select('attachment').orderBy('attachment').execute(),
      )
      return rows.map(({ attachment }) => attachment)
    },
  }
}
