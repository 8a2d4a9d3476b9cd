import { lstat, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { ImageId, ServerId } from '@novakit/core'
import { hypervisorErrors } from '../errors.ts'

/** What the folder of a guest was made for. */
export interface Mark {
  readonly epoch: number
  /** The guest was removed and its disks were to stay: whoever makes it anew takes them up. */
  readonly kept: boolean
}

/** Where guests have their files: one folder each, and beside them the bases of disks and snapshots. */
export interface GuestFolders {
  readonly root: string
  /** @throws `libvirt_driver.invalid_name` for what is no UUID, so that nothing leads out of the root */
  of(server: ServerId): string
  /** A file of the guest, such as `disk`. */
  file(server: ServerId, name: string): string
  /** Where a guest that left for another host keeps its files, for as long as it may come back. */
  left(server: ServerId): string
  /** The file that disks of an image stand on. */
  base(image: ImageId, format: string): string
  readonly bases: string
  readonly snapshots: string
  /** Null where there is no folder, or it was never finished. */
  mark(server: ServerId): Promise<Mark | null>
  /** The same of what was left for a move: where hosts share a file system, that may be another's than the guest here. */
  leftMark(server: ServerId): Promise<Mark | null>
  /** Makes the folder for that epoch. What an earlier epoch left behind and nobody wanted kept goes away. */
  prepare(server: ServerId, epoch: number): Promise<void>
  keep(server: ServerId): Promise<void>
  /** The folder is that epoch's from now on, with what is in it. */
  claim(server: ServerId, epoch: number): Promise<void>
  /** What was left for a move is the guest's folder again, in place of whatever is. @returns whether it is that epoch's now */
  comeBack(server: ServerId, epoch: number): Promise<boolean>
  remove(server: ServerId): Promise<void>
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/
const MARK = 'made-for'
/** QEMU runs as a user of its own: it has to pass through, and to read no listing. */
const PASSABLE = 0o711

/** @throws Error when the root cannot be made */
export async function guestFolders(root: string): Promise<GuestFolders> {
  const [bases, snapshots] = [path.join(root, 'bases'), path.join(root, 'snapshots')]
  await mkdir(root, { recursive: true, mode: PASSABLE })
  await mkdir(bases, { recursive: true, mode: PASSABLE })
  await mkdir(snapshots, { recursive: true, mode: 0o700 })
  const of = (server: ServerId): string => path.join(root, uuid(server))
  const file = (server: ServerId, name: string): string => path.join(of(server), name)
  const mark = (server: ServerId): Promise<Mark | null> => readMark(file(server, MARK))
  const write = (server: ServerId, value: Mark) => replaceFile(file(server, MARK), JSON.stringify(value))
  return {
    root,
    of,
    file,
    left: (server) => `${of(server)}.left`,
    base: (image, format) => path.join(bases, `${uuid(image)}.${format}`),
    bases,
    snapshots,
    mark,
    leftMark: (server) => readMark(path.join(`${of(server)}.left`, MARK)),
    prepare: async (server, epoch) => {
      const found = await mark(server)
      if (found?.epoch === epoch && !found.kept) return
      if (found?.kept !== true) await rm(of(server), { recursive: true, force: true })
      await mkdir(of(server), { recursive: true, mode: PASSABLE })
      await write(server, { epoch, kept: false })
    },
    keep: async (server) => {
      const found = await mark(server)
      if (found !== null) await write(server, { ...found, kept: true })
    },
    claim: (server, epoch) => write(server, { epoch, kept: false }),
    comeBack: async (server, epoch) => {
      const left = `${of(server)}.left`
      if (!(await isThere(left))) return (await mark(server))?.epoch === epoch
      await replaceFile(path.join(left, MARK), JSON.stringify({ epoch, kept: false }))
      await rm(of(server), { recursive: true, force: true })
      await rename(left, of(server))
      return true
    },
    remove: (server) => rm(of(server), { recursive: true, force: true }),
  }
}

function uuid(name: string): string {
  if (UUID.test(name)) return name
  throw hypervisorErrors.invalid_name({ what: `${JSON.stringify(name.slice(0, 60))} is no UUID` })
}

async function readMark(file: string): Promise<Mark | null> {
  const text = await readFile(file, 'utf8').catch(absent)
  if (text === null) return null
  const { epoch, kept } = JSON.parse(text) as Partial<Mark>
  return typeof epoch === 'number' ? { epoch, kept: kept === true } : null
}

/** Whole or not at all: a crash leaves at most a file ending in `.part`. */
export async function replaceFile(file: string, content: string | Uint8Array): Promise<void> {
  const part = `${file}.part`
  await rm(part, { force: true })
  await writeFile(part, content, { mode: 0o600, flag: 'wx', flush: true })
  await rename(part, file)
}

/** Itself, not what a link points to. */
export async function isThere(file: string): Promise<boolean> {
  return (await lstat(file).catch(absent)) !== null
}

export async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(absent)) ?? []
}

export function absent(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
  throw error
}
