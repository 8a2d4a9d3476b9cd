import { open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { driveFileErrors } from './errors.ts'

/**
 * Writes a file whole or not at all: beside its place first, then renamed. For its owner alone, as a drive may hold a
 * password.
 *
 * @throws `drive_file.unwritable`
 */
export async function replaceFile(file: string, content: Uint8Array): Promise<void> {
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.part`)
  try {
    await writeNew(draft, content)
    await rename(draft, file)
  } catch (cause) {
    await rm(draft, { force: true })
    throw driveFileErrors.unwritable({ file, what: (cause as NodeJS.ErrnoException).code ?? String(cause) }, { cause })
  }
}

async function writeNew(file: string, content: Uint8Array): Promise<void> {
  await using handle = await open(file, 'wx', 0o600)
  await handle.writeFile(content)
  await handle.sync()
}
