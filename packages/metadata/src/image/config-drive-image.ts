import type { ConfigDriveFormat, Instant } from '@novakit/core/vocabulary'
import type { ImageFile } from './file.ts'
import { isoImage } from './iso9660/iso-image.ts'
import { vfatImage } from './vfat/vfat-image.ts'

export interface ConfigDriveImageOptions {
  readonly format: ConfigDriveFormat
  readonly files: readonly ImageFile[]
  readonly at: Instant
}

/** The label by which guests find a config drive in the layout of OpenStack. */
export const CONFIG_DRIVE_LABEL = 'config-2'

/**
 * A config drive as Nova makes it: ISO 9660 as small as its files, or 64 MiB of FAT.
 *
 * @throws `drive_image.*`
 */
export function configDriveImage({ format, files, at }: ConfigDriveImageOptions): Uint8Array {
  const options = { label: CONFIG_DRIVE_LABEL, files, at }
  return format === 'iso9660' ? isoImage(options) : vfatImage(options)
}
