import { open, type FileHandle } from 'node:fs/promises'
import { readImage, type DriveImage } from '@novakit/metadata'
import { deviceSize } from './block-device.ts'
import { driveFileErrors } from './errors.ts'

/** The largest image that is made here, with room for names. */
const MOST = 2 ** 30 + 2 ** 28

/** @throws `drive_file.unreadable`, `drive_image.*` */
export async function readDrive(file: string): Promise<DriveImage> {
  return readImage(await bytesOf(file))
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    await using handle = await open(file)
    const about = await handle.stat()
    if (about.isBlockDevice()) return await firstOf(handle, Math.min(await deviceSize(handle), MOST))
    if (!about.isFile()) throw new Error(about.isDirectory() ? 'EISDIR' : 'it is neither a file nor a disk')
    if (about.size <= MOST) return await handle.readFile()
  } catch (cause) {
    throw driveFileErrors.unreadable(
      { file, what: (cause as NodeJS.ErrnoException).code ?? (cause as Error).message },
      { cause },
    )
  }
  throw driveFileErrors.unreadable({ file, what: `it has more than ${MOST} bytes` })
}

/** A volume may be much larger than the drive that it carries. */
async function firstOf(handle: FileHandle, size: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(size), 0, size, 0)
  return buffer.subarray(0, bytesRead)
}
