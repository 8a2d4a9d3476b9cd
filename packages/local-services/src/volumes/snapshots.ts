import { gib, volumeErrors, type GiB, type RequestContext, type VolumeId } from '@novakit/core'
import { copyInto } from './content.ts'
import { tables } from '../records/records.ts'
import { whileNobodyElse } from './change-file.ts'
import type { SnapshotRow } from './tables.ts'
import type { VolumeDeps } from './deps.ts'

export interface VolumeSnapshot {
  readonly id: string
  readonly name: string
  readonly volume: VolumeId
  readonly size: GiB
}

/** Copies of volumes at rest, to make volumes of. They outlive their volume. */
export interface VolumeSnapshots {
  /** @throws `volume.conflict` for a volume that a server has: its guest may be in the middle of writing */
  create(context: RequestContext, volume: VolumeId, name: string): Promise<VolumeSnapshot>
  list(context: RequestContext): Promise<readonly VolumeSnapshot[]>
  /** Absent is fine. */
  delete(context: RequestContext, snapshot: string): Promise<void>
}

export function volumeSnapshots(deps: VolumeDeps): VolumeSnapshots {
  const { records, folders } = deps
  return {
    create: (context, volume, name) =>
      whileNobodyElse(deps, context, volume, async ({ status, size, bootable, owner, draft }) => {
        if (status !== 'available') throw volumeErrors.conflict({ volume, what: `is ${status}` })
        const row = { id: deps.ids.uuid(), name, volume, owner, size, bootable, whole: 0, draft }
        await records.write((tx) => tables(tx).insertInto('volume_snapshot').values(row).execute())
        await copy(deps, row)
        return snapshotOf(row)
      }),
    list: async ({ project }) => {
      const rows = await records.read((tx) =>
        tables(tx)
          .selectFrom('volume_snapshot')
          .selectAll()
          .where('owner', '=', project)
          .where('whole', '=', 1)
          .orderBy('id')
          .execute(),
      )
      return rows.map(snapshotOf)
    },
    delete: async ({ project }, snapshot) => {
      const gone = await records.write((tx) =>
        tables(tx)
          .deleteFrom('volume_snapshot')
          .where('id', '=', snapshot)
          .where('owner', '=', project)
          .where('whole', '=', 1)
          .executeTakeFirst(),
      )
      if (Number(gone.numDeletedRows) === 1) await folders.snapshots.remove(snapshot)
    },
  }
}

async function copy(deps: VolumeDeps, row: SnapshotRow): Promise<void> {
  const { records, failPoint } = deps
  const { making, snapshots, volumes } = deps.folders
  const draft = row.draft ?? ''
  try {
    const file = await making.create(draft)
    try {
      await copyInto(deps, draft, volumes, row.volume)
      await file.sync()
    } finally {
      await file.close()
    }
    await snapshots.take(making, draft, row.id)
    failPoint('snapshot.moved')
    await records.write((tx) =>
      tables(tx).updateTable('volume_snapshot').set({ whole: 1, draft: null }).where('id', '=', row.id).execute(),
    )
  } catch (error) {
    await making.remove(draft)
    await records.write((tx) =>
      tables(tx).deleteFrom('volume_snapshot').where('id', '=', row.id).where('whole', '=', 0).execute(),
    )
    throw error
  }
}

function snapshotOf({ id, name, volume, size }: SnapshotRow): VolumeSnapshot {
  return { id, name, volume: volume as VolumeId, size: gib(size) }
}
