import type {
  GuestRef,
  HostName,
  Instant,
  NodeName,
  PortId,
  PowerState,
  ProviderId,
  ServerId,
  SpawnOrder,
  VolumeId,
} from '@novakit/core'
import type { Footprint } from '../inventory/room.ts'
import { devicesOf, footprintOf } from '../inventory/room.ts'

/** Where a guest can be: one server may have a record on several hosts, and the ledger says when it runs on two. */
export interface Place {
  readonly host: HostName
  readonly node: NodeName
  readonly server: ServerId
}

export interface FakeDisk {
  readonly role: 'root' | 'ephemeral' | 'swap'
  /** GiB; null: as large as its backing. */
  readonly size: number | null
  /** How often it was written from scratch. */
  readonly generation: number
}

export interface FakeVolume {
  readonly volume: VolumeId
  readonly attachment: string
  readonly deviceName: string
  readonly size: number | null
}

/** A live migration that began here. */
export interface MigrationJob {
  readonly state: 'running' | 'completed' | 'failed' | 'cancelled'
  readonly destination: Place
  readonly startedAt: Instant
  /** Null: never by itself. */
  readonly endsAt: Instant | null
  readonly outcome: 'completes' | 'fails'
}

/** A guest, or what is there of one. It is replaced, never changed, and survives JSON (see state-file.ts). */
export interface GuestRecord extends Place {
  /** Null: not ours, somebody else made it. It takes room and is not listed. */
  readonly epoch: number | null
  /** What it was made from; null when it was made behind the agent's back. */
  readonly order: SpawnOrder | null
  readonly footprint: Footprint
  readonly devices: readonly ProviderId[]
  /** False while there are only disks. */
  readonly defined: boolean
  readonly power: PowerState
  /** Since when it runs. */
  readonly startedAt: Instant | null
  readonly disks: readonly FakeDisk[]
  readonly ports: readonly PortId[]
  readonly volumes: readonly FakeVolume[]
  readonly shares: readonly string[]
  /** Disks that `destroy` was told to keep. */
  readonly keptDisks: boolean
  readonly rescued: boolean
  readonly frozen: boolean
  readonly passwordChanges: number
  readonly crashDumps: number
  readonly snapshots: readonly string[]
  /** Unreadable, by the test's will. */
  readonly broken: 'disk' | 'definition' | null
  /** Its resize left this host; it waits for confirm or revert. */
  readonly left: boolean
  /** What it was before a resize that stays on this node. */
  readonly kept: GuestRecord | null
  /** Arriving by live migration, not yet switched over. */
  readonly incoming: boolean
  readonly job: MigrationJob | null
}

const NEW = {
  power: 'shutdown',
  startedAt: null,
  keptDisks: false,
  rescued: false,
  frozen: false,
  passwordChanges: 0,
  crashDumps: 0,
  snapshots: [],
  shares: [],
  broken: null,
  left: false,
  kept: null,
  incoming: false,
  job: null,
} as const satisfies Partial<GuestRecord>

/** Disks made from an order, and nothing more. */
export function disksOnly(host: HostName, order: SpawnOrder): GuestRecord {
  return {
    ...NEW,
    host,
    node: order.node,
    server: order.server,
    epoch: order.epoch,
    order,
    footprint: footprintOf(order),
    devices: devicesOf(order),
    defined: false,
    disks: localDisks(order),
    ports: [],
    volumes: [],
  }
}

/** With its definition: NICs plugged in, volumes attached, not running. */
export function defined(record: GuestRecord, order: SpawnOrder): GuestRecord {
  return {
    ...record,
    epoch: order.epoch,
    order,
    footprint: footprintOf(order),
    devices: devicesOf(order),
    defined: true,
    keptDisks: false,
    ports: order.nics.map((nic) => nic.port),
    volumes: volumesOf(order),
  }
}

/** A guest made behind the agent's back. */
export function foreignGuest(place: Place, epoch: number | null, power: PowerState, footprint: Footprint): GuestRecord {
  const things = { order: null, devices: [], defined: true, disks: [], ports: [], volumes: [] }
  return { ...NEW, ...place, ...things, epoch, power, footprint }
}

export function localDisks(order: SpawnOrder): readonly FakeDisk[] {
  return order.disks.flatMap(({ role, size }) => (role === 'volume' ? [] : [{ role, size, generation: 1 }]))
}

function volumesOf(order: SpawnOrder): readonly FakeVolume[] {
  return order.disks.flatMap(({ backing, deviceName, size }, index) => {
    if (backing === null || !('volume' in backing)) return []
    const { volume, attachment } = backing
    return [{ volume, attachment, deviceName: deviceName ?? deviceNameAt(index), size }]
  })
}

/** `vda`, `vdb`, … */
export function deviceNameAt(index: number): string {
  return `vd${String.fromCharCode('a'.charCodeAt(0) + index)}`
}

/**
 * What makes two orders the same guest: its hardware. Names, metadata and the bytes of a config drive may differ
 * between two tellings of one order.
 */
export function hardwareOf(order: SpawnOrder): string {
  const { id, vcpus, memory, disk, ephemeral, swap, extraSpecs } = order.flavor
  const disks = order.disks.map(({ role, size, bootIndex, backing }) => {
    const source = backing === null ? null : 'volume' in backing ? backing.volume : backing.image
    return [role, size, bootIndex, source]
  })
  const nics = order.nics.map(({ port, mac }) => [port, mac])
  const specs = Object.entries(extraSpecs).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([id, vcpus, memory, disk, ephemeral, swap, specs, disks, nics, [...order.allocations]])
}

export function isRunning(record: GuestRecord | null): boolean {
  return record !== null && record.defined && record.power === 'running'
}

export function placeOf(host: HostName, { node, server }: GuestRef): Place {
  return { host, node, server }
}

export function keyOf({ host, node, server }: Place): string {
  return `guest/${host}/${node}/${server}`
}
