import type { Flavor } from '../flavor/flavor.ts'
import type { Image } from '../image/image.ts'
import type { Nic } from '../network/network.ts'
import type { ProjectId, ServerId, UserId } from '../ids.ts'
import type { Instant } from '../unit/units.ts'

/** All that a guest may be told when it first starts: the input of config drive and metadata service alike. */
export interface FirstBootInput {
  readonly server: ServerId
  readonly name: string
  readonly hostname: string
  readonly project: ProjectId
  readonly user: UserId
  readonly launchIndex: number
  readonly reservation: string
  readonly zone: string | null
  readonly flavor: Flavor
  readonly image: Image | null
  readonly metadata: Readonly<Record<string, string>>
  readonly keys: readonly { readonly name: string; readonly type: 'ssh' | 'x509'; readonly data: string }[]
  /** As given: not decoded, not merged. */
  readonly userData: Uint8Array | null
  readonly nics: readonly Nic[]
  readonly devices: readonly TaggedDevice[]
  /** For config drives only. */
  readonly files: readonly { readonly path: string; readonly content: Uint8Array }[]
  /** Plain text: opened by whoever writes the drive, at the last moment. */
  readonly adminPassword: string | null
  /** 512 bytes. */
  readonly randomSeed: Uint8Array | null
  readonly vendorData: Readonly<Record<string, unknown>> | null
  readonly createdAt: Instant
}

export interface TaggedDevice {
  readonly type: 'nic' | 'disk' | 'share'
  readonly bus: string
  readonly address: string
  readonly tags: readonly string[]
  readonly mac?: string
  readonly serial?: string
  readonly path?: string
}

export type ConfigDriveFormat = 'iso9660' | 'vfat'
