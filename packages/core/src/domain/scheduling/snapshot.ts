import type { ServerGroupPolicy } from '../server-group/server-group.ts'
import type { AggregateId, CellId, HostName, NodeName, ProjectId, ProviderId, ServerGroupId, ServerId } from '../ids.ts'
import { instant, type Instant } from '../unit/units.ts'

/** Grows with every change; equal versions of one source mean equal content. */
export type SnapshotVersion = number

/** Capacity of one resource class on one provider. */
export interface Inventory {
  readonly total: number
  readonly reserved: number
  readonly allocationRatio: number
  readonly minUnit: number
  readonly maxUnit: number
  readonly stepSize: number
}

export interface InventoryUsage extends Inventory {
  readonly used: number
}

/** `floor((total - reserved) × allocation ratio)`: what may be claimed in all, as Placement counts it. */
export function capacityOf(inventory: Inventory): number {
  return Math.floor((inventory.total - inventory.reserved) * inventory.allocationRatio)
}

/** A provider below a node's root (NUMA node, device, …), or a sharing provider. */
export interface ProviderState {
  readonly id: ProviderId
  readonly name: string
  readonly parent: ProviderId | null
  readonly traits: ReadonlySet<string>
  readonly inventories: ReadonlyMap<string, InventoryUsage>
  readonly aggregates: readonly AggregateId[]
}

/** A server as filters see it on a host. */
export interface PlacedServer {
  readonly project: ProjectId
  readonly flavor: string
  readonly imageProperties: Readonly<Record<string, string>>
  readonly group: ServerGroupId | null
}

/** One node that can be chosen, with all that filters and weighers may read. Immutable. */
export interface HostState {
  /** The root provider, and the identity of the node. */
  readonly provider: ProviderId
  readonly host: HostName
  readonly node: NodeName
  readonly cell: CellId
  readonly enabled: boolean
  /** Its agent's heartbeat is fresh. */
  readonly up: boolean
  /** Its cell's store answers. False: nothing may be offered here. */
  readonly reachable: boolean
  readonly traits: ReadonlySet<string>
  readonly inventories: ReadonlyMap<string, InventoryUsage>
  readonly children: readonly ProviderState[]
  readonly aggregates: readonly AggregateId[]
  readonly servers: ReadonlyMap<ServerId, PlacedServer>
  readonly stats: HostStats
  readonly hypervisor: HypervisorFacts
}

export interface HostStats {
  readonly ioOps: number
  readonly failedBuilds: number
  readonly metrics: Readonly<Record<string, number>>
}

export interface HypervisorFacts {
  readonly type: string
  readonly version: number
  readonly hostIp: string | null
  /** (architecture, hypervisor type, vm mode) that it can run. */
  readonly supportedInstances: readonly (readonly [string, string, string])[]
  readonly cpuInfo: Readonly<Record<string, unknown>>
  /** NUMA cells, as the scheduler's `HostTopology` has them; null: not told. */
  readonly numa: unknown
  /** Free PCI devices: `{ pools }`, as the scheduler's `PciPool` has them; null: not told. */
  readonly pci: unknown
}

export interface AggregateState {
  readonly id: AggregateId
  readonly name: string
  readonly zone: string | null
  readonly metadata: Readonly<Record<string, string>>
}

export interface GroupState {
  readonly id: ServerGroupId
  readonly policy: ServerGroupPolicy
  /** What it counts by: null hosts, else aggregates with this metadata key. */
  readonly level: string | null
  readonly maxServerPerHost: number
  /** Member → host; null while it has none. */
  readonly members: ReadonlyMap<ServerId, HostName | null>
  /** Member → its partition, for the policy `partition`. */
  readonly partitions: ReadonlyMap<ServerId, string>
}

/** The world as the scheduler sees it at one version. A decision is a function of it. */
export interface Snapshot {
  readonly version: SnapshotVersion
  readonly at: Instant
  readonly hosts: readonly HostState[]
  /** Providers that share through aggregates and belong to no host's tree. */
  readonly sharing: readonly ProviderState[]
  readonly aggregates: ReadonlyMap<AggregateId, AggregateState>
  readonly groups: ReadonlyMap<ServerGroupId, GroupState>
}

/** Before anything is known. */
export const emptySnapshot: Snapshot = {
  version: 0,
  at: instant(0),
  hosts: [],
  sharing: [],
  aggregates: new Map(),
  groups: new Map(),
}

/** What changed between two versions. Applying all of them in order gives the later snapshot. */
export type Change =
  | { readonly kind: 'host'; readonly host: HostState }
  | { readonly kind: 'host_gone'; readonly provider: ProviderId }
  | { readonly kind: 'sharing'; readonly provider: ProviderState }
  | { readonly kind: 'sharing_gone'; readonly provider: ProviderId }
  | { readonly kind: 'aggregate'; readonly aggregate: AggregateState }
  | { readonly kind: 'aggregate_gone'; readonly aggregate: AggregateId }
  | { readonly kind: 'group'; readonly group: GroupState }
  | { readonly kind: 'group_gone'; readonly group: ServerGroupId }

export interface Delta {
  readonly from: SnapshotVersion
  readonly to: SnapshotVersion
  readonly changes: readonly Change[]
}

/** Where snapshots come from. An indexed engine follows `watch`; a pure decision takes `snapshot`. */
export interface SnapshotSource {
  snapshot(): Promise<Snapshot>
  /** All changes after `since`, one delta per version, until `signal` aborts. A gap shows as a `reset`. */
  watch(
    since: SnapshotVersion,
    signal: AbortSignal,
  ): AsyncIterable<Delta | { readonly kind: 'reset'; readonly snapshot: Snapshot }>
}

/** The later snapshot. Pure. */
export function applyDelta(base: Snapshot, delta: Delta, at: Instant = base.at): Snapshot {
  const hosts = new Map(base.hosts.map((host) => [host.provider, host]))
  const sharing = new Map(base.sharing.map((provider) => [provider.id, provider]))
  const aggregates = new Map(base.aggregates)
  const groups = new Map(base.groups)
  for (const change of delta.changes) {
    switch (change.kind) {
      case 'host':
        hosts.set(change.host.provider, change.host)
        break
      case 'host_gone':
        hosts.delete(change.provider)
        break
      case 'sharing':
        sharing.set(change.provider.id, change.provider)
        break
      case 'sharing_gone':
        sharing.delete(change.provider)
        break
      case 'aggregate':
        aggregates.set(change.aggregate.id, change.aggregate)
        break
      case 'aggregate_gone':
        aggregates.delete(change.aggregate)
        break
      case 'group':
        groups.set(change.group.id, change.group)
        break
      case 'group_gone':
        groups.delete(change.group)
        break
    }
  }
  return { version: delta.to, at, hosts: [...hosts.values()], sharing: [...sharing.values()], aggregates, groups }
}
