import type { ConfigDriveFormat, FirstBoot } from '@novakit/core/vocabulary'
import { usualFileLimits, wrongInput, type FileLimits } from '../build/check-input.ts'
import { configDriveFiles, type ConfigDriveOptions } from '../build/config-drive-files.ts'
import { configDriveImage } from '../image/config-drive-image.ts'
import type { DynamicVendorData } from '../service/guest.ts'
import { firstBootErrors } from './errors.ts'

export interface FirstBootOptions {
  /** What the documents say beyond what is known of the server. */
  readonly documents?: Omit<ConfigDriveOptions, 'address' | 'dynamicVendorData'>
  /** What services say of each server (`dynamicVendorData`). Default nothing. */
  readonly dynamic?: DynamicVendorData
  /** Default: Nova's quotas, five files of 10 KiB. */
  readonly fileLimits?: FileLimits
  /** What agents make of the files. Default `iso9660`. */
  readonly format?: ConfigDriveFormat
  /** Every new server gets a drive, whether it was asked for or not (Nova: `force_config_drive`). Default false. */
  readonly force?: boolean
}

/** What a guest reads when it first starts, on a drive of its own: the port that agents use. */
export function firstBoot(options: FirstBootOptions = {}): FirstBoot {
  const { documents = {}, dynamic, fileLimits = usualFileLimits, format = 'iso9660', force = false } = options
  return {
    format,
    force,
    configDrive: async (input, format) => {
      const wrong = wrongInput(input, fileLimits)
      if (wrong !== null) throw firstBootErrors.invalid({ what: wrong })
      const dynamicVendorData = (await dynamic?.(input)) ?? {}
      const files = configDriveFiles(input, { ...documents, dynamicVendorData })
      return configDriveImage({ format, files, at: input.createdAt })
    },
  }
}
