import { open, readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Station } from '../station.ts'

/** `QFI\xfb`, then version 2 or 3, then where the name of the backing file is and how long it is; big-endian. */
const MAGIC = 0x51_46_49_fb
const HEADER = 20
const LONGEST_NAME = 1023

/** Files that disks of guests on this host stand on. Read from the disks themselves: nothing else is sure to know. */
export async function standingOn({ folders }: Pick<Station, 'folders'>): Promise<ReadonlySet<string>> {
  const entries = await readdir(folders.root, { withFileTypes: true, recursive: true })
  const disks = entries.filter(({ name, parentPath }) => name.startsWith('disk') && parentPath !== folders.bases)
  const backings = await Promise.all(
    disks.filter((entry) => entry.isFile()).map(({ name, parentPath }) => backingOf(path.join(parentPath, name))),
  )
  return new Set(backings.filter((each) => each !== null))
}

async function backingOf(file: string): Promise<string | null> {
  const disk = await open(file)
  try {
    const header = Buffer.alloc(HEADER)
    const { bytesRead } = await disk.read(header, 0, HEADER, 0)
    if (bytesRead < HEADER || header.readUInt32BE(0) !== MAGIC) return null
    const [offset, length] = [header.readBigUInt64BE(8), header.readUInt32BE(16)]
    if (offset === 0n || length === 0 || length > LONGEST_NAME) return null
    const name = Buffer.alloc(length)
    await disk.read(name, 0, length, Number(offset))
    return name.toString()
  } finally {
    await disk.close()
  }
}
