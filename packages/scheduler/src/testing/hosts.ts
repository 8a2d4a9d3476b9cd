import {
  id,
  instant,
  type Aggregate,
  type AggregateState,
  type GroupState,
  type HostState,
  type HostStats,
  type HypervisorFacts,
  type InventoryUsage,
  type PlacedServer,
  type ProviderState,
  type ServerId,
  type Snapshot,
} from '@novakit/core'

// Ids are what one writes: `host('a')` has the host, node and provider `a`.

/** Amounts: virtual processors, MiB of memory, GiB of disk. */
export interface Amounts {
  readonly vcpus?: number
  readonly memory?: number
  readonly disk?: number
}

export interface HostOptions extends Amounts {
  readonly used?: Amounts
  readonly reserved?: Amounts
  /** Allocation ratios; 1 each. */
  readonly ratios?: Amounts
  readonly node?: string
  readonly cell?: string
  readonly enabled?: boolean
  readonly up?: boolean
  readonly reachable?: boolean
  readonly traits?: readonly string[]
  /** Ids, as {@link aggregate} has them. */
  readonly aggregates?: readonly string[]
  /** Ids, or id → what the server is. */
  readonly servers?: readonly string[] | Readonly<Record<string, Partial<PlacedServer>>>
  readonly stats?: Partial<HostStats>
  readonly hypervisor?: Partial<HypervisorFacts>
  /** Further classes, and the standard three with all their numbers. */
  readonly inventories?: Readonly<Record<string, Partial<InventoryUsage>>>
  readonly children?: readonly ProviderState[]
}

/** A host of 16 processors, 64 GiB of memory and 1,000 GiB of disk that is enabled and up. */
export function host(name: string, options: HostOptions = {}): HostState {
  const { used = {}, reserved = {}, ratios = {}, node = name, stats, hypervisor } = options
  const of = (key: keyof Amounts, total: number): Partial<InventoryUsage> => ({
    total: options[key] ?? total,
    used: used[key] ?? 0,
    reserved: reserved[key] ?? 0,
    allocationRatio: ratios[key] ?? 1,
  })
  const standard = { VCPU: of('vcpus', 16), MEMORY_MB: of('memory', 65_536), DISK_GB: of('disk', 1000) }
  return {
    provider: id(node),
    host: id(name),
    node: id(node),
    cell: id(options.cell ?? 'cell1'),
    enabled: options.enabled ?? true,
    up: options.up ?? true,
    reachable: options.reachable ?? true,
    traits: new Set(options.traits),
    inventories: inventories({ ...standard, ...options.inventories }),
    children: options.children ?? [],
    aggregates: (options.aggregates ?? []).map(id<AggregateState['id']>),
    servers: placedServers(options.servers ?? []),
    stats: { ioOps: 0, failedBuilds: 0, metrics: {}, ...stats },
    hypervisor: { ...facts, ...hypervisor },
  }
}

const facts: HypervisorFacts = {
  type: 'QEMU',
  version: 8_002_000,
  hostIp: null,
  supportedInstances: [['x86_64', 'kvm', 'hvm']],
  cpuInfo: {},
  numa: null,
  pci: null,
}

export interface ProviderOptions {
  readonly parent?: string
  readonly traits?: readonly string[]
  readonly aggregates?: readonly string[]
  readonly inventories?: Readonly<Record<string, Partial<InventoryUsage>>>
}

/** A child of a host, or a provider that shares through an aggregate. */
export function provider(name: string, options: ProviderOptions = {}): ProviderState {
  return {
    id: id(name),
    name,
    parent: options.parent === undefined ? null : id(options.parent),
    traits: new Set(options.traits),
    inventories: inventories(options.inventories ?? {}),
    aggregates: (options.aggregates ?? []).map(id<AggregateState['id']>),
  }
}

function inventories(given: Readonly<Record<string, Partial<InventoryUsage>>>): ReadonlyMap<string, InventoryUsage> {
  const whole = { total: 0, reserved: 0, allocationRatio: 1, minUnit: 1, maxUnit: 2 ** 31 - 1, stepSize: 1, used: 0 }
  return new Map(Object.entries(given).map(([name, inventory]) => [name, { ...whole, ...inventory }]))
}

function placedServers(servers: NonNullable<HostOptions['servers']>): ReadonlyMap<ServerId, PlacedServer> {
  const plain: PlacedServer = { project: id('project'), flavor: 'm1', imageProperties: {}, group: null }
  const entries: readonly (readonly [string, Partial<PlacedServer>])[] = Array.isArray(servers)
    ? servers.map((server: string) => [server, {}] as const)
    : Object.entries(servers)
  return new Map(entries.map(([server, placed]) => [id<ServerId>(server), { ...plain, ...placed }]))
}

export function aggregate(
  name: string,
  options: { readonly zone?: string; readonly metadata?: Aggregate['metadata'] } = {},
): AggregateState {
  return { id: id(name), name, zone: options.zone ?? null, metadata: options.metadata ?? {} }
}

export interface SnapshotOptions {
  readonly version?: number
  readonly aggregates?: readonly AggregateState[]
  readonly groups?: readonly GroupState[]
  readonly sharing?: readonly ProviderState[]
}

export function snapshot(hosts: readonly HostState[], options: SnapshotOptions = {}): Snapshot {
  return {
    version: options.version ?? 1,
    at: instant(0),
    hosts,
    sharing: options.sharing ?? [],
    aggregates: new Map((options.aggregates ?? []).map((each) => [each.id, each])),
    groups: new Map((options.groups ?? []).map((each) => [each.id, each])),
  }
}
