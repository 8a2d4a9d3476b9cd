import type { Bytes, GiB, Instant, MiB, Millis, Vcpus } from '../domain/unit/units.ts'
import type { Clock } from './clock.ts'
import type { DiskFormat, Image } from '../domain/image/image.ts'
import type { Flavor } from '../domain/flavor/flavor.ts'
import type { HostMemory } from './host-memory.ts'
import type { HostName, NodeName, ProjectId, ProviderId, ServerId, UserId } from '../domain/ids.ts'
import type { HypervisorFacts } from '../domain/scheduling/snapshot.ts'
import type { Ids } from './ids.ts'
import type { LocalImage } from './image.ts'
import type { LocalVolume } from './volume.ts'
import type { Log } from './log.ts'
import type { Nic } from '../domain/network/network.ts'
import type { PowerState } from '../domain/server/states.ts'
import type { ProviderDeclaration } from '../domain/placement/provider.ts'
import type { Random } from './random.ts'

/** A kind of hypervisor: a factory's plain object, passed by value. */
export interface HypervisorDriver {
  readonly name: string
  /** The shape of this contract that the driver was written for. */
  readonly apiVersion: 1
  /** Connects. Nothing happens before. @throws when the hypervisor cannot be reached or used */
  open(environment: HypervisorEnvironment): Promise<HypervisorHost>
}

/** All that a driver is given. It reads no environment, no global configuration and no database. */
export interface HypervisorEnvironment {
  readonly host: HostName
  readonly clock: Clock
  readonly random: Random
  readonly ids: Ids
  readonly log: Log
  readonly memory: HostMemory
}

/** An open hypervisor host. Presence of a facet is the declaration: its traits are advertised, its actions offered. */
export type HypervisorHost = HypervisorCore & Partial<HypervisorFacets>

/**
 * What every driver must do. All calls name the guest by server id and may come twice: a repeat finds its effect.
 * What a call throws with {@link NovakitError} `help` steers what happens next; anything else counts as `elsewhere`.
 */
export interface HypervisorCore {
  /** One entry per node; asked at start-up and periodically. */
  inventory(): Promise<readonly NodeInventory[]>
  /** Every guest that is here, running or not, ours by name. */
  list(): Promise<readonly Guest[]>
  /** Makes disks, defines and starts the guest exactly as told; returns once it runs. */
  spawn(order: SpawnOrder, signal?: AbortSignal): Promise<void>
  /** Stops and removes the guest and everything made for it. Absent is fine. */
  destroy(guest: GuestRef, options: DestroyOptions): Promise<void>
  readonly power: PowerControl
  /** Calls back on life-cycle changes, whoever caused them. Events may be lost: `list` is the truth. */
  events(listener: (event: GuestEvent) => void): () => void
  close(): Promise<void>
}

export interface PowerControl {
  on(guest: GuestRef, signal?: AbortSignal): Promise<void>
  /** `graceful` asks the guest first, for at most that long. Null: pull the plug. */
  off(guest: GuestRef, graceful: Millis | null, signal?: AbortSignal): Promise<void>
  state(guest: GuestRef): Promise<PowerState>
}

/** A guest by its server id; `epoch` is the fencing token that the caller holds. */
export interface GuestRef {
  readonly server: ServerId
  readonly node: NodeName
  readonly epoch: number
}

export interface Guest extends GuestRef {
  readonly power: PowerState
}

export interface DestroyOptions {
  /** Disks stay, as before a reboot on another host with shared storage. */
  readonly keepDisks?: boolean
}

/** One node's providers and what it is. */
export interface NodeInventory {
  readonly node: NodeName
  /** Root first; the root's id is the node's identity and must stay the same for ever. */
  readonly providers: readonly ProviderDeclaration[]
  readonly facts: HypervisorFacts
  readonly root: ProviderId
}

/** Everything there is to know to start a guest. The driver asks nobody else. */
export interface SpawnOrder extends GuestRef {
  readonly name: string
  readonly hostname: string
  readonly project: ProjectId
  readonly user: UserId
  readonly flavor: Flavor
  readonly image: Image | null
  readonly metadata: Readonly<Record<string, string>>
  readonly disks: readonly Disk[]
  readonly nics: readonly Nic[]
  readonly configDrive: { readonly bytes: Uint8Array; readonly format: 'iso9660' | 'vfat' } | null
  /** Resource group suffix → providers claimed for it: which device, which NUMA node. */
  readonly allocations: ReadonlyMap<string, readonly ProviderId[]>
  /** Left stopped after it is made, as after an evacuation since 2.95. */
  readonly powerOn: boolean
  readonly createdAt: Instant
}

export interface Disk {
  readonly role: 'root' | 'ephemeral' | 'swap' | 'volume'
  /** 0 boots. */
  readonly bootIndex: number | null
  /** Null: as large as what backs it. */
  readonly size: GiB | null
  readonly backing: LocalImage | LocalVolume | null
  readonly bus: string | null
  readonly deviceName: string | null
  readonly deviceType: 'disk' | 'cdrom' | 'lun'
  readonly format: DiskFormat | null
  readonly tag: string | null
  /** Serial that the guest sees. */
  readonly serial: string | null
}

export interface GuestEvent {
  readonly server: ServerId
  readonly kind: 'started' | 'stopped' | 'paused' | 'resumed' | 'suspended' | 'postcopy_started' | 'migration_completed'
  readonly at: Instant
}

/** What a driver may do beyond the core. Each is one small object; a driver has it or has it not. */
export interface HypervisorFacets {
  readonly pause: { pause(guest: GuestRef): Promise<void>; unpause(guest: GuestRef): Promise<void> }
  readonly suspend: { suspend(guest: GuestRef): Promise<void>; resume(order: SpawnOrder): Promise<void> }
  readonly reboot: {
    soft(guest: GuestRef, timeout: Millis): Promise<void>
    /** From scratch, with everything that the order says. */
    hard(order: SpawnOrder): Promise<void>
  }
  readonly rescue: {
    rescue(
      order: SpawnOrder,
      rescueImage: LocalImage,
      options: { readonly adminPassword: string | null },
    ): Promise<void>
    unrescue(order: SpawnOrder): Promise<void>
  }
  /** In place, keeping ephemeral disks or a volume-backed root; without it a rebuild is destroy and spawn. */
  readonly rebuild: { rebuild(order: SpawnOrder, options: { readonly preserveEphemeral: boolean }): Promise<void> }
  readonly resize: ResizeFacet
  readonly liveMigration: LiveMigrationFacet
  readonly snapshot: SnapshotFacet
  readonly volumes: VolumeFacet
  readonly interfaces: {
    attach(guest: GuestRef, nic: Nic): Promise<void>
    detach(guest: GuestRef, nic: Nic): Promise<void>
    /** Whether the guest has it now; where it is off, whether it will have it when it starts. */
    has(guest: GuestRef, nic: Nic): Promise<boolean>
  }
  readonly console: ConsoleFacet
  readonly diagnostics: { read(guest: GuestRef): Promise<Diagnostics> }
  readonly password: { set(guest: GuestRef, password: string): Promise<void> }
  readonly crashDump: { trigger(guest: GuestRef): Promise<void> }
  readonly quiesce: { freeze(guest: GuestRef): Promise<void>; thaw(guest: GuestRef): Promise<void> }
  readonly imageCache: { prefetch(image: LocalImage): Promise<void>; trim(inUse: readonly string[]): Promise<void> }
  readonly shares: {
    mount(guest: GuestRef, share: Readonly<Record<string, unknown>>): Promise<void>
    unmount(guest: GuestRef, share: string): Promise<void>
  }
  /** Whether a dead host's disks can be reached from here. */
  readonly evacuation: { disksReachable(guest: GuestRef): Promise<boolean> }
  readonly hostPower: { action(action: 'reboot' | 'shutdown' | 'startup'): Promise<void>; uptime(): Promise<Millis> }
}

/** Cold: leave, arrive, and then either confirm or go back. */
export interface ResizeFacet {
  /** May the disks grow or move like this? */
  check(order: SpawnOrder, to: Flavor): Promise<void>
  /** On the source: stops the guest and puts its disks where the destination can take them. */
  leave(order: SpawnOrder, destination: HostName): Promise<{ readonly disks: Readonly<Record<string, unknown>> }>
  /** On the destination: starts it in its new size. */
  arrive(order: SpawnOrder, disks: Readonly<Record<string, unknown>>): Promise<void>
  /**
   * On the source, of the guest that left, at its epoch: throws away what was kept for going back. A guest that has
   * arrived here, at a higher one, is spared.
   */
  confirm(guest: GuestRef): Promise<void>
  /** On the destination: throws away what arrived at that epoch, and nothing else. */
  abandon(guest: GuestRef): Promise<void>
  /** On the source: starts it again as it was. */
  revert(order: SpawnOrder): Promise<void>
}

export interface LiveMigrationFacet {
  checkDestination(order: SpawnOrder): Promise<Readonly<Record<string, unknown>>>
  checkSource(
    guest: GuestRef,
    destination: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>>
  prepareDestination(
    order: SpawnOrder,
    data: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>>
  /** On the source: begins; `progress` tells how it goes and how it ended. A repeat adopts a running job. */
  start(guest: GuestRef, data: Readonly<Record<string, unknown>>): Promise<void>
  progress(guest: GuestRef): Promise<LiveMigrationProgress>
  abort(guest: GuestRef): Promise<void>
  forceComplete(guest: GuestRef): Promise<void>
  /** After the switch-over. */
  finishSource(guest: GuestRef): Promise<void>
  finishDestination(order: SpawnOrder): Promise<void>
  rollbackDestination(guest: GuestRef): Promise<void>
}

export interface LiveMigrationProgress {
  readonly state: 'none' | 'running' | 'completed' | 'failed' | 'cancelled'
  readonly memoryTotal: Bytes
  readonly memoryRemaining: Bytes
  readonly diskTotal: Bytes
  readonly diskRemaining: Bytes
}

export interface SnapshotFacet {
  /** Writes the root disk to a file of this host; live where the guest runs and the driver can. Repeating finds it. */
  capture(
    guest: GuestRef,
    key: string,
    format: DiskFormat,
    signal?: AbortSignal,
  ): Promise<{ readonly path: string; readonly format: DiskFormat }>
  discard(guest: GuestRef, key: string): Promise<void>
  readonly live: boolean
}

export interface VolumeFacet {
  attach(guest: GuestRef, volume: LocalVolume, disk: Disk): Promise<{ readonly deviceName: string }>
  detach(guest: GuestRef, volume: LocalVolume): Promise<void>
  /** Whether the guest has it now; where it is off, whether it will have it when it starts. */
  has(guest: GuestRef, volume: LocalVolume): Promise<boolean>
  extend?(guest: GuestRef, volume: LocalVolume, size: GiB): Promise<void>
  swap?(guest: GuestRef, from: LocalVolume, to: LocalVolume): Promise<void>
  readonly multiattach: boolean
  readonly tagged: boolean
}

export interface ConsoleFacet {
  /** The last bytes of the serial log, at most `maxBytes`. */
  output?(guest: GuestRef, maxBytes: Bytes): Promise<Uint8Array>
  /** Where a console proxy connects. */
  endpoint?(guest: GuestRef, type: 'vnc' | 'spice' | 'serial' | 'mks'): Promise<ConsoleEndpoint>
}

export interface ConsoleEndpoint {
  readonly host: string
  readonly port: number
  readonly tlsPort: number | null
  readonly internalAccessPath: string | null
}

/** Nova's standard diagnostics, 2.48. */
export interface Diagnostics {
  readonly power: PowerState
  readonly uptime: Millis | null
  readonly vcpus: readonly { readonly time: Millis; readonly utilisation: number | null }[]
  readonly cpus: Vcpus
  readonly memory: { readonly maximum: MiB; readonly used: MiB | null }
  readonly disks: readonly { readonly readBytes: Bytes; readonly writeBytes: Bytes; readonly errors: number | null }[]
  readonly nics: readonly { readonly mac: string; readonly rxBytes: Bytes; readonly txBytes: Bytes }[]
}

/**
 * Facets that show as traits of the node's root provider, so that scheduler and driver cannot disagree
 * (nova/virt/driver.py `CAPABILITY_TRAITS_MAP`; names of os-traits).
 */
export const facetTraits: Readonly<Partial<Record<keyof HypervisorFacets, readonly string[]>>> = {
  interfaces: ['COMPUTE_NET_ATTACH_INTERFACE'],
  imageCache: ['COMPUTE_IMAGE_CACHE'],
  shares: ['COMPUTE_STORAGE_VIRTIO_FS'],
}

/** Traits that follow from what an open host can do. Drivers add those of their CPUs and devices themselves. */
export function traitsOfFacets(host: HypervisorHost): readonly string[] {
  const traits = (Object.keys(facetTraits) as (keyof HypervisorFacets)[])
    .filter((facet) => host[facet] !== undefined)
    .flatMap((facet) => facetTraits[facet] ?? [])
  if (host.volumes?.extend !== undefined) traits.push('COMPUTE_VOLUME_EXTEND')
  if (host.volumes?.multiattach) traits.push('COMPUTE_VOLUME_MULTI_ATTACH')
  if (host.volumes?.tagged) traits.push('COMPUTE_VOLUME_ATTACH_WITH_TAG')
  return [...new Set(traits)].toSorted()
}
