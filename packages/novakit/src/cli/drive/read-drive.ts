import { open } from 'node:fs/promises'
import { readImage, type DriveImage } from '@novakit/metadata'
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
    const { size } = await handle.stat()
    if (size <= MOST) return await handle.readFile()
  } catch (cause) {
    throw driveFileErrors.unreadable(
      { file, what: (cause as NodeJS.ErrnoException).code ?? 'it is no file' },
      { cause },
    )
  }
  throw driveFileErrors.unreadable({ file, what: `it has more than ${MOST} bytes` })
}
