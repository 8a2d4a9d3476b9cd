import type { ConfigDriveFormat, FirstBootInput } from '../domain/first-boot/first-boot.ts'

/** Builds what a guest reads when it first starts (fulfilled by `@novakit/metadata`). */
export interface FirstBoot {
  /** The image of a config drive, byte for byte the same for the same input. @throws `first_boot.*` */
  configDrive(input: FirstBootInput, format: ConfigDriveFormat): Promise<Uint8Array>
}
