import { driveImageErrors } from '../errors.ts'
import type { DriveImage } from './drive-image.ts'
import { readIso, type IsoNames } from './iso9660/read-iso.ts'
import { hasIsoMagic } from './iso9660/volume.ts'
import { sourceOf } from './source.ts'
import { readVfat } from './vfat/read-vfat.ts'
import { hasFatMagic } from './vfat/volume.ts'

export interface ReadImageOptions {
  /** Which names of an ISO 9660 image; the best there are by default: Rock Ridge, else Joliet, else the plain ones. */
  readonly names?: IsoNames
}

/**
 * Lists an ISO 9660 or FAT image, of whatever writer. All of it is checked at once: a place outside of the image, a
 * loop, a name that would lead elsewhere is an error, and never more work than the size of the image calls for.
 *
 * @throws `drive_image.unknown_format`, `drive_image.malformed`, `drive_image.too_large`
 */
export function readImage(bytes: Uint8Array, { names }: ReadImageOptions = {}): DriveImage {
  const source = sourceOf(bytes)
  if (hasIsoMagic(source)) return readIso(source, names ?? null)
  if (hasFatMagic(source)) return readVfat(source)
  throw driveImageErrors.unknown_format({ why: 'it is neither ISO 9660 nor FAT' })
}
