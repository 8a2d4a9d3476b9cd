import type { ImageDeps } from './deps.ts'
import { change } from './queries.ts'
import { sweepDrafts } from '../files/drafts.ts'
import { tables } from '../records/records.ts'

/**
 * After a crash: uploads that nobody will finish are queued again, and files that no image has are removed. What living
 * processes are doing is left alone, so it may run at any time.
 */
export async function sweep(deps: ImageDeps): Promise<void> {
  const { folders, drafts } = deps
  await requeue(deps)
  await sweepDrafts(folders.incoming, drafts)
  await sweepDrafts(folders.making, drafts)
  // Names are in rows before they are in the folder.
  const files = await folders.files.list()
  const known = new Set(await fileNames(deps))
  for (const file of files) if (!known.has(file)) await folders.files.remove(file)
}

async function requeue({ records, drafts, log }: ImageDeps): Promise<void> {
  const saving = await records.read((tx) =>
    tables(tx).selectFrom('image').select(['id', 'draft']).where('status', '=', 'saving').execute(),
  )
  for (const { id, draft } of saving) {
    if (draft !== null && (await drafts.isAlive(draft))) continue
    const expected = { id, status: 'saving', draft } as const
    const again = await records.write((tx) => change(tx, expected, { status: 'queued', draft: null, file: null }))
    if (again) log.warn('An upload was broken off and can be begun again', { image: id })
  }
}

async function fileNames({ records }: ImageDeps): Promise<readonly string[]> {
  const rows = await records.read((tx) =>
    tables(tx).selectFrom('image').select('file').where('file', 'is not', null).execute(),
  )
  return rows.flatMap(({ file }) => file ?? [])
}
