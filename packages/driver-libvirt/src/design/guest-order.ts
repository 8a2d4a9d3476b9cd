import type { Flavor, Image, Nic, SpawnOrder } from '@novakit/core'
import type { DomainCapabilities } from '../xml/domain-capabilities-xml.ts'

/** What is to run, of an order what its design depends on. */
export type GuestOrder = Pick<
  SpawnOrder,
  'server' | 'epoch' | 'name' | 'hostname' | 'project' | 'user' | 'createdAt' | 'nics'
> & { readonly flavor: Flavor; readonly image: Image | null; readonly disks: readonly DiskOrder[] }

/** What stands behind a disk on this host. */
export type DiskSource =
  | { readonly type: 'file' | 'block'; readonly path: string }
  | {
      readonly type: 'rbd'
      readonly name: string
      readonly hosts: readonly { readonly name: string; readonly port: number }[]
      readonly auth: { readonly username: string; readonly secret: string } | null
    }

/** A disk of an order, with its source made. */
export interface DiskOrder {
  readonly role: 'root' | 'ephemeral' | 'swap' | 'volume' | 'config-drive'
  readonly source: DiskSource
  /** Said to QEMU, never guessed by it. */
  readonly format: 'raw' | 'qcow2'
  readonly deviceType: 'disk' | 'cdrom' | 'lun'
  /** 0 boots first; null never. */
  readonly bootIndex: number | null
  readonly bus: string | null
  /** `vda` or `/dev/vda`; null: the next that is free. */
  readonly deviceName: string | null
  readonly serial: string | null
  /** UUID of the libvirt secret that opens a LUKS volume. */
  readonly encryptionSecret: string | null
}

/** Files of the host that the guest gets besides its disks. */
export interface GuestFiles {
  readonly consoleLog: string
  /** Socket of the channel to the guest's agent. */
  readonly agentSocket: string
  /** For images that boot from a kernel of their own. */
  readonly kernel: string | null
  readonly ramdisk: string | null
}

/** What the operator says of a host, and what its libvirt says. */
export interface HostProfile {
  /** Never guessed from /dev/kvm: one may be there that runs nothing. */
  readonly virtType: 'qemu' | 'kvm'
  readonly arch: string
  /** For guests whose image names none. */
  readonly machineType: string
  readonly cpu: CpuProfile
  /** Of this emulator; null where nobody asked: then nothing is refused. */
  readonly capabilities: DomainCapabilities | null
  /** Where consoles listen. */
  readonly consoleAddress: string
  readonly graphics: 'vnc' | 'spice' | 'none'
  readonly diskCache: 'none' | 'writethrough' | 'writeback' | 'directsync' | 'unsafe'
  /** What a guest is told of who made it. */
  readonly product: { readonly manufacturer: string; readonly name: string; readonly version: string }
  /** PCIe slots kept free for devices that are plugged in later; for q35 alone. */
  readonly pciePorts: number
}

export interface CpuProfile {
  /** `none` leaves it to the emulator. */
  readonly mode: 'none' | 'host-model' | 'host-passthrough' | 'maximum' | 'custom'
  /** For `custom`: the first that the host can run is taken. */
  readonly models: readonly string[]
  /** `+pcid` and `pcid` require, `-svm` disables. */
  readonly flags: readonly string[]
}

/** One NUMA node of the guest, placed. */
export interface GuestCell {
  /** Numbers of the guest's CPUs. */
  readonly cpus: readonly number[]
  readonly memoryKib: number
  readonly hostNode: number
  /** Guest CPU → the host's CPUs that it may use; one for a dedicated CPU. */
  readonly pins: ReadonlyMap<number, readonly number[]>
  /** Null: ordinary pages. */
  readonly pageSizeKib: number | null
}

/** Where the guest's CPUs and memory are on the host. */
export interface NumaPlacement {
  readonly cells: readonly GuestCell[]
  /** Of the host's CPUs, those for the emulator's own threads; null: wherever the guest's are. */
  readonly emulatorCpus: readonly number[] | null
  /** Guest CPUs that run in real time, and how urgently. */
  readonly realTime: { readonly cpus: readonly number[]; readonly priority: number } | null
}

/** Devices of the host that were claimed for the guest. */
export type HostDevice =
  | {
      readonly type: 'pci'
      readonly domain: number
      readonly bus: number
      readonly slot: number
      readonly function: number
    }
  | { readonly type: 'mdev'; readonly uuid: string }

/** All that a guest is designed from. */
export interface DesignInput {
  readonly order: GuestOrder
  readonly files: GuestFiles
  readonly host: HostProfile
  readonly numa: NumaPlacement | null
  readonly devices: readonly HostDevice[]
  /** UUID of the secret that the state of a TPM is encrypted with; null: as it is. */
  readonly tpmSecret: string | null
}

export type GuestNic = Nic
