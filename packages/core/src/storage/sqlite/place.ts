import { constants, type Stats } from 'node:fs'
import { access, open, stat } from 'node:fs/promises'
import path from 'node:path'
import type { NovakitError } from '../../domain/error.ts'
import { storageErrors } from '../../domain/storage/errors.ts'

/**
 * Makes an empty file where there is none, and says what is wrong with the place, where SQLite would say "unable to
 * open database file".
 * @throws `storage.cannot_open`, `storage.read_only`
 */
export async function preparePlace(file: string): Promise<void> {
  const folder = path.dirname(file)
  const folderIs = await statOf(folder)
  if (folderIs === null) throw refusal(file, `there is no folder ${folder}. Make it first.`)
  if (!folderIs.isDirectory()) throw refusal(file, `${folder} is no folder.`)
  const fileIs = await statOf(file)
  if (fileIs?.isDirectory() === true) throw refusal(file, 'it is a folder. Name a file in it.')
  await mustBeWritable(folder)
  if (fileIs === null) await makePrivate(file)
  else await mustBeWritable(file)
}

function statOf(place: string): Promise<Stats | null> {
  return stat(place).catch(() => null)
}

function refusal(where: string, why: string): NovakitError {
  return storageErrors.cannot_open({ where, why })
}

/** SQLite would open such a file, and fail with the first write. */
async function mustBeWritable(place: string): Promise<void> {
  await access(place, constants.W_OK | constants.R_OK).catch((cause: Error) => {
    throw storageErrors.read_only({}, { cause, detail: { place, text: cause.message } })
  })
}

/** SQLite gives its side files the mode of the database. Another process may have made it meanwhile. */
async function makePrivate(file: string): Promise<void> {
  const made = await open(file, 'a', 0o600).catch((cause: NodeJS.ErrnoException) => {
    throw refusal(file, `it cannot be made (${cause.code}).`)
  })
  await made.close()
}
