import type { Stats } from 'node:fs'
import { chmod, link, lstat, mkdir, rename, stat, unlink } from 'node:fs/promises'
import { createConnection, type Server } from 'node:net'
import path from 'node:path'
import { systemIds } from '../../system/ids.ts'
import { unixSocketErrors } from '../errors.ts'

/** `sun_path` less its final zero: 108 bytes on Linux, 104 on the BSDs. */
const LONGEST_PATH = process.platform === 'linux' ? 107 : 103
const ATTEMPTS = 20

/**
 * Lets the server listen at `file`, with mode 0600 in a folder of mode 0700, made when it is missing. What a dead
 * process left there is removed. Gives a function that takes the file away again, if it is still ours.
 *
 * The server listens under a hidden name first, and a hard link gives it the real one: so a socket under the real name
 * always has somebody listening, unless they died; and of two that start at once only one gets the name.
 * @throws `unix_socket.in_use`, `unix_socket.unusable`
 */
export async function publish(server: Server, file: string): Promise<() => Promise<void>> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  await checkFolder(file)
  const hidden = beside(file)
  await listening(server, hidden, file)
  try {
    await chmod(hidden, 0o600)
    const ours = await lstat(hidden)
    await claimName(hidden, file)
    return () => removeIf(ours, file)
  } catch (error) {
    server.close()
    throw error
  } finally {
    await unlink(hidden).catch(ignoreMissing)
  }
}

/**
 * Whoever can write to the folder can put a socket of their own there. A folder that is not there yet is nobody's.
 * @throws `unix_socket.unusable`
 */
export async function checkFolder(file: string): Promise<void> {
  const folder = await stat(path.dirname(file)).catch(ignoreMissing)
  const unusable = (what: string): Error => unixSocketErrors.unusable({ path: file, what })
  if (Math.max(...[file, beside(file)].map((name) => Buffer.byteLength(name))) > LONGEST_PATH)
    throw unusable(`a path to a socket has at most ${LONGEST_PATH} bytes`)
  if (folder === undefined) return
  if (!folder.isDirectory()) throw unusable('it is not in a folder')
  if (folder.uid !== process.getuid?.()) throw unusable('its folder belongs to somebody else')
  if ((folder.mode & 0o077) !== 0) throw unusable('others may enter its folder; the mode of that must be 0700')
}

/** A name in the same folder that nobody else has. */
function beside(file: string): string {
  return path.join(path.dirname(file), `.${systemIds.uuid().slice(-8)}`)
}

function listening(server: Server, at: string, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(unixSocketErrors.unusable({ path: file, what: cause.message }, { cause })))
    server.listen(at, resolve)
  })
}

async function claimName(hidden: string, file: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await linked(hidden, file)) return
    const present = await lstat(file).catch(ignoreMissing)
    if (present === undefined) continue
    if (!present.isSocket()) throw unixSocketErrors.unusable({ path: file, what: 'there is a file that is no socket' })
    if (await answers(file)) throw unixSocketErrors.in_use({ path: file })
    await removeIf(present, file)
  }
  throw unixSocketErrors.in_use({ path: file })
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw unixSocketErrors.unusable({ path: to, what: (error as Error).message }, { cause: error })
  }
}

/** Only a refusal proves that nobody listens any more; a process that is stopped or busy still does. */
function answers(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(file)
    socket.once('connect', () => {
      resolve(true)
      socket.destroy()
    })
    socket.once('error', (error: NodeJS.ErrnoException) =>
      resolve(!['ECONNREFUSED', 'ENOENT'].includes(error.code ?? '')),
    )
  })
}

/**
 * Removes the file if it is still the one that was looked at. It is moved aside before that is checked: what another
 * process put there meanwhile is put back.
 */
async function removeIf(expected: Stats, file: string): Promise<void> {
  const aside = beside(file)
  if (!isSame(expected, await lstat(file).catch(ignoreMissing))) return
  try {
    await rename(file, aside)
    if (!isSame(expected, await lstat(aside))) await link(aside, file)
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    await unlink(aside).catch(ignoreMissing)
  }
}

/** Numbers of files are used again, so their times count too. */
function isSame(one: Stats, other: Stats | undefined): boolean {
  return other !== undefined && one.dev === other.dev && one.ino === other.ino && one.mtimeMs === other.mtimeMs
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
  return undefined
}
