import { z } from 'zod'
import {
  id,
  instant,
  type AggregateId,
  type AggregateState,
  type GroupState,
  type HostState,
  type InventoryUsage,
  type PlacedServer,
  type ProviderState,
  type ServerId,
  type Snapshot,
} from '@novakit/core'
import { decideErrors } from './errors.ts'

const name = z.string().min(1).max(255)
const names = z.array(name).max(10_000)
const amount = z
  .int()
  .min(0)
  .max(2 ** 40)
const ratio = z.number().min(0).max(10_000)
const words = z.record(z.string().max(255), z.string().max(1024))
const amounts = z.strictObject({ vcpus: amount.optional(), memory: amount.optional(), disk: amount.optional() })
const ratios = z.strictObject({ vcpus: ratio.optional(), memory: ratio.optional(), disk: ratio.optional() })

const inventory = z.strictObject({
  total: amount,
  reserved: amount.default(0),
  allocationRatio: ratio.default(1),
  minUnit: amount.default(1),
  maxUnit: amount.default(2 ** 31 - 1),
  stepSize: z.int().min(1).default(1),
  used: z.int().default(0),
})
const inventories = z.record(z.string().regex(/^[A-Z0-9_]{1,255}$/), inventory)

const provider = z.strictObject({
  name,
  /** Of a provider below a host: the name of the one it is under. Default: the host. */
  parent: name.optional(),
  traits: names.default([]),
  aggregates: names.default([]),
  inventories,
})

const placed = z.strictObject({
  project: name.default('project'),
  flavor: z.string().default(''),
  imageProperties: words.default({}),
  group: name.nullable().default(null),
})

const host = z.strictObject({
  name,
  /** Default: the name of the host. */
  node: name.optional(),
  cell: name.default('cell1'),
  enabled: z.boolean().default(true),
  up: z.boolean().default(true),
  reachable: z.boolean().default(true),
  /** Virtual processors. */
  vcpus: amount.default(0),
  /** MiB. */
  memory: amount.default(0),
  /** GiB. */
  disk: amount.default(0),
  used: amounts.default({}),
  reserved: amounts.default({}),
  ratios: ratios.default({}),
  traits: names.default([]),
  aggregates: names.default([]),
  servers: z.union([names, z.record(name, placed)]).default([]),
  stats: z
    .strictObject({
      ioOps: amount.default(0),
      failedBuilds: amount.default(0),
      metrics: z.record(z.string(), z.number()).default({}),
    })
    .prefault({}),
  hypervisor: z
    .strictObject({
      type: z.string().default('QEMU'),
      version: z.int().min(0).default(0),
      hostIp: z.string().nullable().default(null),
      supportedInstances: z.array(z.tuple([z.string(), z.string(), z.string()])).default([]),
      cpuInfo: z.record(z.string(), z.unknown()).default({}),
      numa: z.unknown().default(null),
      pci: z.unknown().default(null),
    })
    .prefault({}),
  /** Further classes, or the standard three with all their numbers. */
  inventories: inventories.default({}),
  children: z.array(provider).max(1000).default([]),
})

const aggregate = z.strictObject({ name, zone: name.nullable().default(null), metadata: words.default({}) })

const group = z.strictObject({
  name,
  policy: z.enum(['affinity', 'anti-affinity', 'soft-affinity', 'soft-anti-affinity', 'partition']),
  level: name.nullable().default(null),
  maxServerPerHost: z.int().min(1).default(1),
  /** Server → host; null while it has none. */
  members: z.record(name, name.nullable()).default({}),
  partitions: z.record(name, name).default({}),
})

const cluster = z.strictObject({
  hosts: z.array(host).max(1_000_000),
  aggregates: z.array(aggregate).max(100_000).default([]),
  sharing: z.array(provider).max(100_000).default([]),
  groups: z.array(group).max(100_000).default([]),
})

/** `{ hosts, aggregates, sharing, groups }`, or the list of hosts alone. */
export const clusterFile = z.preprocess((value) => (Array.isArray(value) ? { hosts: value } : value), cluster)

type Cluster = z.infer<typeof cluster>

/** @throws `decide_file.invalid` for names that are there twice, or that nothing is known of */
export function snapshotOf(file: string, given: Cluster): Snapshot {
  const refuse = (what: string): never => {
    throw decideErrors.invalid({ file, what })
  }
  const once = (what: string, all: readonly string[]): ReadonlySet<string> => {
    const known = new Set<string>()
    for (const each of all) {
      if (known.has(each)) refuse(`there are two ${what} named ${JSON.stringify(each)}.`)
      known.add(each)
    }
    return known
  }
  const below = given.hosts.flatMap(({ children }) => children.map((child) => child.name))
  const nodes = given.hosts.map((each) => each.node ?? each.name)
  once('nodes or providers', [...nodes, ...below, ...given.sharing.map((each) => each.name)])
  once(
    'groups',
    given.groups.map((each) => each.name),
  )
  const known = once(
    'aggregates',
    given.aggregates.map((each) => each.name),
  )
  for (const each of [...given.hosts, ...given.sharing]) {
    const lost = each.aggregates.find((one) => !known.has(one))
    if (lost !== undefined)
      refuse(`${each.name} is in the aggregate ${JSON.stringify(lost)}, which is not in "aggregates".`)
  }
  return {
    version: 1,
    at: instant(0),
    hosts: given.hosts.map(hostState),
    sharing: given.sharing.map((each) => providerState(each, null)),
    aggregates: new Map(given.aggregates.map(aggregateState).map((each) => [each.id, each])),
    groups: new Map(given.groups.map(groupState).map((each) => [each.id, each])),
  }
}

type Host = Cluster['hosts'][number]

function hostState(given: Host): HostState {
  const node = given.node ?? given.name
  return {
    provider: id(node),
    host: id(given.name),
    node: id(node),
    cell: id(given.cell),
    enabled: given.enabled,
    up: given.up,
    reachable: given.reachable,
    traits: new Set(given.traits),
    inventories: new Map(Object.entries({ ...standard(given), ...given.inventories })),
    children: given.children.map((child) => providerState(child, child.parent ?? node)),
    aggregates: given.aggregates.map(id<AggregateId>),
    servers: placedServers(given.servers),
    stats: given.stats,
    hypervisor: given.hypervisor,
  }
}

function standard({ vcpus, memory, disk, used, reserved, ratios: over }: Host): Record<string, InventoryUsage> {
  const of = (key: 'vcpus' | 'memory' | 'disk', total: number): InventoryUsage => ({
    total,
    used: used[key] ?? 0,
    reserved: reserved[key] ?? 0,
    allocationRatio: over[key] ?? 1,
    minUnit: 1,
    maxUnit: total,
    stepSize: 1,
  })
  const all = { VCPU: of('vcpus', vcpus), MEMORY_MB: of('memory', memory), DISK_GB: of('disk', disk) }
  return Object.fromEntries(Object.entries(all).filter(([, { total }]) => total > 0))
}

function placedServers(servers: Host['servers']): ReadonlyMap<ServerId, PlacedServer> {
  const named = Array.isArray(servers) ? Object.fromEntries(servers.map((each) => [each, placed.parse({})])) : servers
  return new Map(
    Object.entries(named).map(([server, { project, group: its, ...rest }]) => [
      id<ServerId>(server),
      { ...rest, project: id(project), group: its === null ? null : id(its) },
    ]),
  )
}

function providerState(given: z.infer<typeof provider>, parent: string | null): ProviderState {
  return {
    id: id(given.name),
    name: given.name,
    parent: parent === null ? null : id(parent),
    traits: new Set(given.traits),
    inventories: new Map(Object.entries(given.inventories)),
    aggregates: given.aggregates.map(id<AggregateId>),
  }
}

function aggregateState({ name: own, zone, metadata }: Cluster['aggregates'][number]): AggregateState {
  return { id: id(own), name: own, zone, metadata }
}

function groupState({ name: own, members, partitions, ...rest }: Cluster['groups'][number]): GroupState {
  return {
    ...rest,
    id: id(own),
    members: new Map(Object.entries(members).map(([server, at]) => [id(server), at === null ? null : id(at)])),
    partitions: new Map(Object.entries(partitions).map(([server, its]) => [id(server), its])),
  }
}
