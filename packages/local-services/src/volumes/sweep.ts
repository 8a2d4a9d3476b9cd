import { sweepDrafts } from '../files/drafts.ts'
import { tables } from '../records/records.ts'
import type { VolumeDeps } from './deps.ts'

/**
 * After a crash: what was half made is gone, what was half deleted is deleted, and files that nothing names are removed.
 * What living processes are doing is left alone.
 */
export async function sweepVolumes(deps: VolumeDeps): Promise<void> {
  const { records, drafts, folders } = deps
  const isAbandoned = async (draft: string | null): Promise<boolean> => draft === null || !(await drafts.isAlive(draft))
  const volumes = await records.read((tx) =>
    tables(tx).selectFrom('volume').select(['id', 'status', 'draft']).execute(),
  )
  for (const { id, status, draft } of volumes) {
    const unfinished = status === 'deleting' || (status === 'creating' && (await isAbandoned(draft)))
    if (!unfinished) continue
    // A file that is deleted has no row that could be taken for a volume.
    await records.write((tx) =>
      tables(tx)
        .deleteFrom('volume')
        .where('id', '=', id)
        .where('status', '=', status)
        .where('draft', 'is', draft)
        .execute(),
    )
  }
  const snapshots = await records.read((tx) =>
    tables(tx).selectFrom('volume_snapshot').select(['id', 'draft']).where('whole', '=', 0).execute(),
  )
  for (const { id, draft } of snapshots) {
    if (!(await isAbandoned(draft))) continue
    await records.write((tx) =>
      tables(tx).deleteFrom('volume_snapshot').where('id', '=', id).where('whole', '=', 0).execute(),
    )
  }
  await sweepDrafts(folders.making, drafts)
  await sweepFiles(deps, 'volumes', 'volume')
  await sweepFiles(deps, 'snapshots', 'volume_snapshot')
}

/** Rows are there before their files are. */
async function sweepFiles(
  { records, folders }: VolumeDeps,
  folder: 'volumes' | 'snapshots',
  table: 'volume' | 'volume_snapshot',
): Promise<void> {
  const files = await folders[folder].list()
  const rows = await records.read((tx) => tables(tx).selectFrom(table).select('id').execute())
  const known = new Set(rows.map(({ id }) => id))
  for (const file of files) if (!known.has(file)) await folders[folder].remove(file)
}
