import { mkdir, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { DriveEntry, DriveImage } from '@novakit/metadata'
import { driveFileErrors } from './errors.ts'

/**
 * Extracts all of an image into a folder that is new or empty: beside its place first, then renamed, so that nothing
 * that stands there already is followed or overwritten, and nothing half done is left.
 *
 * @throws `drive_file.unwritable`
 */
export async function extractDrive({ entries }: DriveImage, folder: string): Promise<void> {
  const draft = path.join(path.dirname(path.resolve(folder)), `.${path.basename(folder)}.${process.pid}.part`)
  try {
    await mkdir(draft, { mode: 0o700 })
    for (const entry of entries) await extractEntry(entry, draft)
    await makeWay(folder)
    await rename(draft, folder)
  } catch (cause) {
    await rm(draft, { recursive: true, force: true })
    const what = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message
    throw driveFileErrors.unwritable({ file: folder, what }, { cause })
  }
}

/** `wx`: where a file system takes two names for one, the second is an error. */
async function extractEntry(entry: DriveEntry, draft: string): Promise<void> {
  const place = path.join(draft, entry.path)
  // A backslash is part of a name on an image, and leads elsewhere on some systems.
  if (path.relative(draft, place).split(path.sep).join('/') !== entry.path) {
    throw new Error(`this system cannot have a file of the name ${JSON.stringify(entry.path)}`)
  }
  if (entry.kind === 'other') throw new Error(`${JSON.stringify(entry.path)} is neither a file nor a folder`)
  if (entry.kind === 'folder') await mkdir(place)
  else await writeFile(place, entry.content(), { flag: 'wx', mode: 0o644 | ((entry.mode ?? 0) & 0o111) })
}

/** An empty folder may be replaced; whatever else is there makes this fail. */
async function makeWay(folder: string): Promise<void> {
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}
