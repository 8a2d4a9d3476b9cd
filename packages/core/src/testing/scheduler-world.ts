import type { Flavor } from '../domain/flavor/flavor.ts'
import { id, type AggregateId, type ServerId } from '../domain/ids.ts'
import type { Destination, GroupRequest, RequestSpec, ResourceRequest } from '../domain/request-spec/request-spec.ts'
import type { HostState, InventoryUsage, Snapshot } from '../domain/scheduling/snapshot.ts'
import { gib, instant, mib, vcpus } from '../domain/unit/units.ts'

// The little that the conformance of schedulers asks about. `@novakit/scheduler/testing` builds anything.

interface HostOptions extends Partial<Pick<HostState, 'reachable'>> {
  readonly vcpus?: number
  readonly used?: number
  readonly cell?: string
  readonly servers?: readonly string[]
}

/** A host of 16 processors unless told, and plenty of memory and disk. `used` counts processors. */
export function host(name: string, options: HostOptions = {}): HostState {
  return {
    provider: id(name),
    host: id(name),
    node: id(name),
    cell: id(options.cell ?? 'cell1'),
    enabled: true,
    up: true,
    reachable: options.reachable ?? true,
    traits: new Set(),
    inventories: new Map([
      ['VCPU', inventory(options.vcpus ?? 16, options.used ?? 0)],
      ['MEMORY_MB', inventory(65_536, 0)],
      ['DISK_GB', inventory(1000, 0)],
    ]),
    children: [],
    aggregates: [],
    servers: new Map((options.servers ?? []).map((server) => [id<ServerId>(server), placed])),
    stats: { ioOps: 0, failedBuilds: 0, metrics: {} },
    hypervisor: {
      type: 'QEMU',
      version: 8_002_000,
      hostIp: null,
      supportedInstances: [],
      cpuInfo: {},
      numa: null,
      pci: null,
    },
  }
}

const placed = { project: id<RequestSpec['project']>('project'), flavor: 'm1', imageProperties: {}, group: null }

function inventory(total: number, used: number): InventoryUsage {
  return { total, used, reserved: 0, allocationRatio: 1, minUnit: 1, maxUnit: total, stepSize: 1 }
}

export function snapshot(hosts: readonly HostState[], version = 1): Snapshot {
  return { version, at: instant(0), hosts, sharing: [], aggregates: new Map(), groups: new Map() }
}

/** In each rack so many hosts: `a1`, `a2`, … in the rack `a`. */
export function racks(names: readonly string[], hostsEach: number): Snapshot {
  const aggregates = names.map((name) => ({ id: id<AggregateId>(name), name, zone: null, metadata: { rack: name } }))
  const hosts = aggregates.flatMap((rack) =>
    Array.from({ length: hostsEach }, (_, at) => ({ ...host(`${rack.name}${at + 1}`), aggregates: [rack.id] })),
  )
  return { ...snapshot(hosts), aggregates: new Map(aggregates.map((each) => [each.id, each])) }
}

/** 1 GiB of memory and 10 GiB of disk. */
export function flavor(processors = 1, swap = 0): Flavor {
  return {
    id: id('m1'),
    name: 'm1',
    vcpus: vcpus(processors),
    memory: mib(1024),
    disk: gib(10),
    ephemeral: gib(0),
    swap: mib(swap),
    isPublic: true,
    description: null,
    extraSpecs: {},
  }
}

export function group(policy: GroupRequest['policy'], members: readonly string[] = [], hosts: readonly string[] = []) {
  return {
    id: id<GroupRequest['id']>('group'),
    policy,
    level: null,
    maxServerPerHost: 1,
    members: members.map(id<ServerId>),
    hosts: hosts.map(id<GroupRequest['hosts'][number]>),
  } satisfies GroupRequest
}

interface RequestOptions {
  /** Ids, or how many: `s1`, `s2`, … One by default. */
  readonly servers?: number | readonly string[]
  readonly flavor?: Flavor
  readonly group?: GroupRequest
  readonly partition?: string
  readonly to?: {
    readonly requestedHost?: string
    readonly forcedHosts?: readonly string[]
    readonly forcedNodes?: readonly string[]
    readonly ignoredHosts?: readonly string[]
    readonly cell?: string
  }
  readonly internal?: RequestSpec['internal']
}

export function request(options: RequestOptions = {}): RequestSpec {
  const { servers = 1, flavor: asked = flavor() } = options
  const names = typeof servers === 'number' ? Array.from({ length: servers }, (_, at) => `s${at + 1}`) : servers
  return {
    project: id('project'),
    user: id('user'),
    servers: names.map(id<ServerId>),
    flavor: asked,
    image: null,
    zone: null,
    group: options.group ?? null,
    hints: options.partition === undefined ? {} : { partition: options.partition },
    destination: { ignoredHosts: [], cell: null, ...(options.to as Partial<Destination> | undefined) },
    networks: 'none',
    blockDevices: [],
    bootFromVolume: false,
    resources: resourcesOf(asked),
    internal: options.internal ?? {},
  }
}

function resourcesOf({ vcpus: processors, memory, disk, swap }: Flavor): ResourceRequest {
  const resources = { VCPU: processors, MEMORY_MB: memory, DISK_GB: disk + Math.ceil(swap / 1024) }
  const plain = { required: [], forbidden: [], memberOf: [], forbiddenAggregates: [], inTree: null }
  const rest = { groupPolicy: null, rootRequired: [], rootForbidden: [], sameSubtree: [] }
  return { groups: [{ suffix: '', resources, ...plain }], ...rest }
}
