import { constants, type Stats } from 'node:fs'
import { lstat, mkdir, open, readdir, rename, unlink, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { fileErrors } from './errors.ts'

/**
 * A folder whose files are ours alone: mode 0700, files 0600, names without paths. Nothing in it is followed anywhere: a
 * link, a pipe, or a file that has a second name is refused, whoever put it there.
 */
export interface SealedFolder {
  readonly path: string
  /** Where a file of that name is, for programs that take paths. @throws `file.unsafe` for what is no plain name */
  pathOf(name: string): string
  /** A new file. @throws `file.unsafe` when the name is taken */
  create(name: string): Promise<FileHandle>
  /** @throws `file.unsafe`; null where there is none */
  open(name: string, access?: 'read' | 'write'): Promise<FileHandle | null>
  /** To this folder, from it or another on the same disk, in place of what has the name; on the disk when it resolves. */
  take(from: SealedFolder, name: string, as?: string): Promise<void>
  /** Absent is fine. On the disk when it resolves. */
  remove(name: string): Promise<void>
  list(): Promise<readonly string[]>
}

const PLAIN_NAME = /^[0-9A-Za-z][0-9A-Za-z._-]{0,200}$/

/** Makes the folder where it is missing, and its parents. @throws `file.unsafe` when others could change what is in it */
export async function sealedFolder(where: string): Promise<SealedFolder> {
  const folder = path.resolve(where)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const stat = await lstat(folder)
  if (!stat.isDirectory() || !isOurs(stat) || (stat.mode & 0o022) !== 0) {
    throw unsafe(folder, 'it must be a folder that belongs to this user and that nobody else may write to')
  }
  const pathOf = (name: string): string => {
    if (!PLAIN_NAME.test(name)) throw unsafe(folder, `${JSON.stringify(name.slice(0, 80))} is no plain name`)
    return path.join(folder, name)
  }
  return {
    path: folder,
    pathOf,
    create: async (name) => {
      const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
      return open(pathOf(name), flags, 0o600).catch((cause: NodeJS.ErrnoException) => {
        throw cause.code === 'EEXIST' ? unsafe(pathOf(name), 'it is there already', cause) : cause
      })
    },
    open: (name, access = 'read') => openOurs(pathOf(name), access),
    take: async (from, name, as = name) => {
      await rename(from.pathOf(name), pathOf(as))
      await syncFolder(folder)
    },
    remove: async (name) => {
      await unlink(pathOf(name)).catch(unlessMissing)
      await syncFolder(folder)
    },
    list: () => readdir(folder),
  }
}

/**
 * Opens a plain file of this user's that has one name and is no link. Null where there is none.
 * @throws `file.unsafe` when it is anything else
 */
export async function openOurs(file: string, access: 'read' | 'write' = 'read'): Promise<FileHandle | null> {
  const mode = access === 'read' ? constants.O_RDONLY : constants.O_RDWR
  // A pipe without a writer would keep us waiting.
  const flags = mode | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const handle = await open(file, flags).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null
    throw ['ELOOP', 'ENXIO', 'EISDIR'].includes(cause.code ?? '') ? unsafe(file, 'it is no plain file', cause) : cause
  })
  if (handle === null) return null
  const stat = await handle.stat()
  if (stat.isFile() && isOurs(stat) && stat.nlink === 1) return handle
  await handle.close()
  throw unsafe(file, 'it is no plain file of this user with one name')
}

/** Names that were made or removed in a folder are on the disk once it is synced. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function isOurs({ uid }: Stats): boolean {
  return process.geteuid === undefined || uid === process.geteuid()
}

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

function unsafe(file: string, what: string, cause?: unknown): Error {
  return fileErrors.unsafe({}, { detail: { file, what }, cause })
}
