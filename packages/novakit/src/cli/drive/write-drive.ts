import { constants, open, stat, type FileHandle } from 'node:fs/promises'
import { deviceSize } from './block-device.ts'
import { driveFileErrors } from './errors.ts'
import { replaceFile } from './replace-file.ts'

/**
 * Puts an image into a file, whole or not at all, or onto a volume that is there already: a block device keeps its place
 * and its size, and what lies behind the image stays as it was.
 *
 * @throws `drive_file.unwritable`, `drive_file.too_small`, `drive_file.half_written`
 */
export async function writeDrive(file: string, image: Uint8Array): Promise<void> {
  const there = await stat(file).catch(() => null)
  if (there === null || there.isFile()) return replaceFile(file, image)
  if (!there.isBlockDevice()) return refuse(file, new Error('it is neither a file nor a disk'))
  await using device = await opened(file)
  const has = await deviceSize(device).catch((cause: unknown) => refuse(file, cause))
  if (has < image.length) throw driveFileErrors.too_small({ file, has, needs: image.length })
  try {
    await writeFromStart(device, image)
    await device.sync()
  } catch (cause) {
    throw driveFileErrors.half_written({ file, what: reasonOf(cause) }, { cause })
  }
}

/** Of a mounted file system, or a disk that a guest has, Linux says EBUSY: it is somebody's. */
function opened(file: string): Promise<FileHandle> {
  return open(file, constants.O_RDWR | constants.O_EXCL).catch((cause: unknown) => refuse(file, cause))
}

async function writeFromStart(device: FileHandle, image: Uint8Array): Promise<void> {
  for (let at = 0; at < image.length;) {
    const { bytesWritten } = await device.write(image, at, image.length - at, at)
    at += bytesWritten
  }
}

function refuse(file: string, cause: unknown): never {
  throw driveFileErrors.unwritable({ file, what: reasonOf(cause) }, { cause })
}

function reasonOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? (cause as Error).message
}
