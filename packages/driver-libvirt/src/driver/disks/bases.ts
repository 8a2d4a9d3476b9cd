import { constants } from 'node:fs'
import { chmod, copyFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { LocalImage } from '@novakit/core'
import { bytes, bytesToGibRoundedUp, type GiB } from '@novakit/core'
import { hypervisorErrors } from '../errors.ts'
import type { Station } from '../station.ts'
import { isThere, namesIn } from './folders.ts'
import type { ToolFormat } from './image-tool.ts'

type Parts = Pick<Station, 'folders' | 'images'>

/** A file that disks may stand on. */
export interface Base {
  readonly path: string
  readonly format: ToolFormat
  /** An installation medium: a drive, not a disk. */
  readonly isMedium: boolean
  readonly size: GiB
}

/**
 * The host's own copy of an image, so that disks do not lose what they stand on when the image cache is tidied.
 * What an image refers to besides itself is refused here once more, whoever looked before: it would be a file of the
 * host, given to a tenant.
 * @throws `libvirt_driver.image_refused`, `libvirt_driver.unsupported`
 */
export async function baseOf({ folders, images }: Parts, { image, path: file, format }: LocalImage): Promise<Base> {
  if (file === null) throw hypervisorErrors.image_refused({ what: 'its bytes are not on this host' })
  const read = formatOf(format)
  const base = folders.base(image, read)
  if (!(await isThere(base))) await adopt(file, base)
  const { virtualSize, refersTo } = await images.facts(base, read)
  if (refersTo !== null) {
    await rm(base, { force: true })
    throw hypervisorErrors.image_refused({ what: 'it refers to another file' }, { detail: { refersTo } })
  }
  const size = bytesToGibRoundedUp(bytes(virtualSize))
  return { path: base, format: read, isMedium: format === 'iso', size }
}

function formatOf(format: LocalImage['format']): ToolFormat {
  switch (format) {
    case 'raw':
    case 'iso':
      return 'raw'
    case 'qcow2':
      return 'qcow2'
    default:
      throw hypervisorErrors.unsupported({ what: `use an image of format ${format}` })
  }
}

/** A copy, which takes no room where the file system can share blocks: libvirt gives what it opens to QEMU's user. */
async function adopt(file: string, base: string): Promise<void> {
  const part = `${base}.part`
  await rm(part, { force: true })
  await copyFile(file, part, constants.COPYFILE_FICLONE)
  await chmod(part, 0o600)
  await rename(part, base)
}

/** Removes the bases that are not among those named, by image, and on which no disk stands. */
export async function trimBases({ folders }: Parts, inUse: ReadonlySet<string>, paths: ReadonlySet<string>) {
  for (const name of await namesIn(folders.bases)) {
    const file = path.join(folders.bases, name)
    if (!inUse.has(name.split('.')[0] ?? '') && !paths.has(file)) await rm(file, { force: true })
  }
}
