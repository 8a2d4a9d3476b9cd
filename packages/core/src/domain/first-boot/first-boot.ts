import type { Flavor } from '../flavor/flavor.ts'
import type { Image } from '../image/image.ts'
import type { FixedIp, Nic } from '../network/network.ts'
import type { NetworkId, PortId, ProjectId, ServerId, UserId } from '../ids.ts'
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
  /** Links that the guest makes itself, on top of its NICs. */
  readonly links?: readonly StackedLink[]
  /** Host processors that the guest has for itself. */
  readonly dedicatedCpus?: readonly number[]
  readonly securityGroups?: readonly string[]
  /** `root` → `/dev/vda`, `ebs0` → `/dev/vdb`, …: what EC2 calls its disks. */
  readonly blockDeviceNames?: Readonly<Record<string, string>>
  /** Where something else gives EC2 ids out. Otherwise they follow from the UUIDs. */
  readonly ec2?: {
    readonly instance?: string
    readonly image?: string
    readonly kernel?: string
    readonly ramdisk?: string
  }
  /** A whole `/etc/network/interfaces`, for guests from before network_data.json. */
  readonly interfacesFile?: string
}

interface AnyStackedLink {
  /** Unique among the links of the guest. */
  readonly id: string
  readonly mac: string
  /** Null: whatever the links below it have. */
  readonly mtu: number | null
  readonly network: NetworkId
  readonly fixedIps: readonly FixedIp[]
}

/** Several NICs as one. */
export interface BondLink extends AnyStackedLink {
  readonly type: 'bond'
  readonly over: readonly PortId[]
  readonly mode:
    | '802.3ad'
    | 'balance-rr'
    | 'active-backup'
    | 'balance-xor'
    | 'broadcast'
    | 'balance-tlb'
    | 'balance-alb'
  /** Milliseconds between two looks at whether a NIC is up. */
  readonly lookEvery?: number
  readonly hashPolicy?: 'layer2' | 'layer2+3' | 'layer3+4' | 'encap2+3' | 'encap3+4'
}

/** One VLAN of a trunk. */
export interface VlanLink extends AnyStackedLink {
  readonly type: 'vlan'
  /** A NIC's port, or the id of another link. */
  readonly on: PortId | string
  readonly vlan: number
}

export type StackedLink = BondLink | VlanLink

export interface TaggedDevice {
  readonly type: 'nic' | 'disk' | 'share'
  readonly bus: string
  readonly address: string
  readonly tags: readonly string[]
  readonly mac?: string
  readonly serial?: string
  readonly path?: string
  /** Of NICs; where they are absent, those of the NIC with that `mac`. */
  readonly vlan?: number
  readonly trusted?: boolean
  /** Of shares: the id, and the tag that the guest mounts it by. */
  readonly share?: string
  readonly shareTag?: string
}

export type ConfigDriveFormat = 'iso9660' | 'vfat'
