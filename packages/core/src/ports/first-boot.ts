import type { ConfigDriveFormat, FirstBootInput } from '../domain/first-boot/first-boot.ts'
import type { NetworkId, ServerId } from '../domain/ids.ts'

/** Builds what a guest reads when it first starts (fulfilled by `@novakit/metadata`). */
export interface FirstBoot {
  /** What agents ask for. Default `iso9660`. */
  readonly format?: ConfigDriveFormat
  /** Every new server gets a drive, also where nobody asked for one. Default false. */
  readonly force?: boolean
  /** The image of a config drive, byte for byte the same for the same input. @throws `first_boot.*` */
  configDrive(input: FirstBootInput, format: ConfigDriveFormat): Promise<Uint8Array>
}

/** What a metadata service asks of the cloud. Null is "no such server"; a cell that is down throws instead. */
export interface FirstBootSource {
  /** @throws `cell.unavailable` */
  byServer(server: ServerId): Promise<FirstBootInput | null>
  /**
   * Which server has the address that a request comes from, which is unique within its network alone. Asked for every
   * request: an address that is given to another server must not show it the first one's.
   */
  serverAt(network: NetworkId, address: string): Promise<ServerId | null>
  /** What the guest has posted: encrypted with its owner's key, so nobody here can read it. Null until then. */
  password(server: ServerId): Promise<string | null>
  /** Once per server. @returns false where there is one already */
  storePassword(server: ServerId, encrypted: string): Promise<boolean>
}
