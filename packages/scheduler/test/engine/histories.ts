import { id, type Change, type GroupState, type HostState, type RequestSpec, type Snapshot } from '@novakit/core'
import {
  aggregate,
  cell,
  devices,
  flavor,
  group,
  host,
  image,
  numa,
  provider,
  request,
  snapshot,
  type HostOptions,
  type RequestOptions,
} from '@novakit/scheduler/testing'
import type { PolicyOptions } from '@novakit/scheduler'
import fc from 'fast-check'

// Random clusters, policies, requests and histories: small numbers, so that everything meets everything and ties abound.

const few = fc.integer({ min: 0, max: 2 })
const members = ['m1', 'm2', 'm3', 'm4']

export function rarely<Value>(rare: fc.Arbitrary<Value>, usual: Value, weight = 6): fc.Arbitrary<Value> {
  return fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: rare })
}

const child = fc.record({ vcpus: few, device: few })

const hostOptions: fc.Arbitrary<HostOptions> = fc
  .record({
    vcpus: fc.integer({ min: 2, max: 8 }),
    memory: fc.integer({ min: 2, max: 8 }),
    disk: fc.integer({ min: 2, max: 8 }),
    used: fc.record({ vcpus: few, memory: few }),
    ratios: fc.record({ vcpus: fc.constantFrom(1, 1.5, 4), memory: rarely(fc.constant(1.1), 1) }),
    enabled: rarely(fc.constant(false), true),
    up: rarely(fc.constant(false), true),
    reachable: rarely(fc.constant(false), true, 12),
    cell: rarely(fc.constant('cell2'), 'cell1'),
    aggregates: fc.subarray(['east', 'west', 'heavy', 'rack1', 'rack2']),
    traits: fc.subarray(['CUSTOM_A', 'CUSTOM_B']),
    servers: rarely(fc.subarray(members, { maxLength: 2 }), []),
    stats: fc.record({ ioOps: rarely(few, 0), failedBuilds: rarely(fc.constant(1), 0, 12) }),
    hypervisor: fc.record({
      version: rarely(fc.constant(9_000_000), 8_002_000),
      numa: rarely(fc.constantFrom(numa(cell(0)), numa(cell(0, { pinned: [1] }), cell(1, { memory: 2 }))), null, 2),
      pci: rarely(fc.constantFrom({ pools: [devices(2, { vendor_id: '10de' }, 0)] }, { pools: [] }), null, 3),
    }),
    pinnable: fc.boolean(),
    odd: rarely(fc.record({ minUnit: few, maxUnit: few, stepSize: fc.integer({ min: 1, max: 2 }) }), null),
    child: rarely(fc.option(child), null),
  })
  .map(({ odd, child: below, pinnable, ...options }) => ({
    ...options,
    inventories: {
      ...(odd === null ? {} : { DISK_GB: { total: 6, ...odd } }),
      ...(pinnable ? { PCPU: { total: 4 } } : {}),
    },
    ...(below === null ? {} : { children: [below as never] }),
  }))

/** Host `number` of a cluster; a name may stand for two nodes. */
export function hostOf(number: number, options: HostOptions): HostState {
  const name = `h${number % 97 === 13 ? number - 1 : number}`
  const below = (options.children?.[0] ?? null) as unknown as { vcpus: number; device: number } | null
  if (below === null) return host(name, { ...options, node: `n${number}` })
  const inventories = { VCPU: { total: below.vcpus }, CUSTOM_DEVICE: { total: below.device } }
  const numa = provider(`n${number}-numa`, { parent: `n${number}`, inventories })
  return host(name, { ...options, node: `n${number}`, children: [numa] })
}

const aggregates = [
  aggregate('east', { zone: 'east' }),
  aggregate('west', { zone: 'west', metadata: { max_instances_per_host: '3' } }),
  aggregate('heavy', { metadata: { ssd: 'true' } }),
  aggregate('rack1', { metadata: { rack: '1' } }),
  aggregate('rack2', { metadata: { rack: '2' } }),
]

/** A dozen kinds of hosts, each `copies` times, one after the other. */
export const clusters: fc.Arbitrary<Snapshot> = fc
  .record({
    kinds: fc.array(hostOptions, { minLength: 1, maxLength: 12, size: 'max' }),
    copies: fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 1, max: 8 }) },
      { weight: 1, arbitrary: fc.constant(50) },
    ),
    groups: rarely(fc.constant(true), false),
  })
  .map(({ kinds, copies, groups }) => {
    const all = Array.from({ length: kinds.length * copies }, (_, at) =>
      hostOf(at, kinds[at % kinds.length] as HostOptions),
    )
    return snapshot(all, { aggregates, groups: groups ? [groupState('anti-affinity', null, ['m1'])] : [] })
  })

export function groupState(policy: GroupState['policy'], level: string | null, on: readonly string[]): GroupState {
  return {
    id: id('group'),
    policy,
    level,
    maxServerPerHost: 1,
    members: new Map(on.map((member, at) => [id(member), id(`h${at * 3}`)])),
    partitions: new Map(on.map((member, at) => [id(member), at % 2 === 0 ? 'one' : 'two'])),
  }
}

const groups = fc.record({
  policy: fc.constantFrom('affinity', 'anti-affinity', 'soft-affinity', 'soft-anti-affinity', 'partition'),
  level: rarely(fc.constant('rack'), null, 2),
  maxServerPerHost: fc.integer({ min: 1, max: 2 }),
  members: fc.subarray(members),
  hosts: fc.subarray(['h0', 'h1', 'h5']),
})

const destinations = fc.oneof(
  { weight: 12, arbitrary: fc.constant<RequestOptions['to']>({}) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<RequestOptions['to']>(
      { ignoredHosts: ['h0', 'H1', 'h2'] },
      { cell: 'cell2' },
      { cell: 'cell1', allowCrossCellMove: true },
      { requestedHost: 'h1' },
      { requestedNode: 'n12' },
      { forcedHosts: ['H1', 'h12', 'h3'] },
      { forcedNodes: ['n1', 'n4'] },
    ),
  },
)

const extraSpecs = fc.oneof(
  { weight: 8, arbitrary: fc.constant({}) },
  {
    weight: 5,
    arbitrary: fc.constantFrom<Record<string, string>>(
      { 'trait:CUSTOM_A': 'required' },
      { 'trait:CUSTOM_B': 'forbidden' },
      { ssd: 'true' },
      { 'capabilities:free_ram_mb': '>= 3' },
      { 'resources:CUSTOM_DEVICE': '1' },
      { 'resources1:VCPU': '1', 'resources:VCPU': '0' },
      { 'hw:cpu_policy': 'dedicated' },
      { 'hw:numa_nodes': '2' },
      { 'pci_passthrough:alias': 'gpu:1' },
    ),
  },
)

export const requests: fc.Arbitrary<RequestSpec> = fc
  .record({
    servers: fc.oneof(
      { weight: 3, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.integer({ min: 2, max: 7 }) },
    ),
    sizes: fc.record({ vcpus: fc.integer({ min: 1, max: 3 }), memory: few, disk: few }),
    extraSpecs,
    zone: rarely(fc.constantFrom('east', 'west'), '', 3),
    group: rarely(fc.option(groups), null, 1),
    to: destinations,
    image: rarely(fc.constant(image({ os: 'a', hw_architecture: 'x86_64' })), image()),
    hints: rarely(
      fc.constantFrom<NonNullable<RequestOptions['hints']>>(
        { sameHost: ['m1', 'm2'] },
        { differentHost: ['m1', 'm3'] },
        { query: '[">=", "$free_ram_mb", 3]' },
        { partition: 'one' },
      ),
      {},
      3,
    ),
    rebuild: rarely(fc.constant(true), false, 20),
  })
  .map(({ sizes, extraSpecs: specs, zone, group: asked, rebuild, to, ...rest }) =>
    request({
      ...rest,
      ...(to === undefined ? {} : { to }),
      flavor: flavor({ ...sizes, extraSpecs: specs }),
      ...(zone === '' ? {} : { zone }),
      ...(asked === null
        ? {}
        : { group: group(asked.policy as 'affinity', { ...asked, level: asked.level ?? undefined } as never) }),
      ...(rebuild ? { internal: { checkType: 'rebuild' as const } } : {}),
    }),
  )
  .map((asked) => (Object.hasOwn(asked.flavor.extraSpecs, 'pci_passthrough:alias') ? withDevice(asked) : asked))

function withDevice(asked: RequestSpec): RequestSpec {
  const gpu = { id: 'pci-0', count: 1, specs: [{ vendor_id: '10de' }], policy: null, ofPort: false }
  return { ...asked, resources: { ...asked.resources, devices: [gpu] } }
}

const filters = [
  'ComputeFilter',
  'AvailabilityZoneFilter',
  'ServerGroupAffinityFilter',
  'ServerGroupAntiAffinityFilter',
  'ServerGroupPartitionFilter',
]
const more = [
  'AggregateNumInstancesFilter',
  'AggregateInstanceExtraSpecsFilter',
  'ComputeCapabilitiesFilter',
  'DifferentHostFilter',
  'IoOpsFilter',
  'JsonFilter',
  'NUMATopologyFilter',
  'PciPassthroughFilter',
  'RamFilter',
  'SameHostFilter',
  'TypeAffinityFilter',
]
/** Weighers of which some fail on some hosts, and one that nothing can be remembered of. */
const odd = fc.constantFrom<NonNullable<PolicyOptions['weighers']>[number]>(
  { name: 'Picky', multiplier: 1, reads: () => null, score: (one) => (one.stats.ioOps > 1 ? Number.NaN : 1) },
  { name: 'Loose', multiplier: 2, score: (one) => one.traits.size },
  { name: 'Heavy', multiplier: 1e6, min: 0, reads: () => null, score: () => 3 },
  { weigher: 'NumInstancesWeigher', multiplier: -1 },
  { weigher: 'ImagePropertiesWeigher', multiplier: 2 },
)

export const policies: fc.Arbitrary<PolicyOptions> = fc
  .record({
    preset: fc.constantFrom('default', 'nova', 'pack', 'spreading', 'packing', 'chance', 'simple', 'caching'),
    filters: fc.option(fc.subarray(more), { nil: undefined }),
    weighers: fc.option(fc.subarray(['PCIWeigher', 'RAMWeigher', 'CPUWeigher', 'IoOpsWeigher', 'DiskWeigher']), {
      nil: undefined,
    }),
    odd: rarely(fc.option(odd), null, 4),
    hostSubsetSize: rarely(fc.constantFrom(2, 4), 1, 4),
    tieBreak: fc.constantFrom('random', 'random', 'first', 'name'),
    shuffleBest: rarely(fc.constant(true), false, 4),
    maxAttempts: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ filters: some, weighers, odd: strange, ...rest }) => ({
    ...rest,
    ...(some === undefined ? {} : { filters: [...filters, ...some] }),
    ...(weighers === undefined ? {} : { weighers: strange === null ? weighers : [...weighers, strange] }),
  }))

/** One thing that happens. Numbers of hosts are taken modulo how many there are, and a few more. */
export type Event =
  | { readonly kind: 'decide'; readonly request: RequestSpec; readonly over: Over; readonly keep: boolean }
  | { readonly kind: 'change'; readonly changes: readonly Turn[] }
  | { readonly kind: 'release'; readonly which: number }
  | { readonly kind: 'reset' }

export interface Over {
  readonly withoutHeld: boolean
  readonly group: 'none' | 'some'
  readonly named: readonly number[]
}

export type Turn =
  | { readonly kind: 'host'; readonly number: number; readonly options: HostOptions }
  | { readonly kind: 'gone'; readonly number: number }
  | { readonly kind: 'fixed'; readonly change: Change }

const shared = provider('shared', {
  traits: ['MISC_SHARES_VIA_AGGREGATE'],
  aggregates: ['east'],
  inventories: { DISK_GB: { total: 20 } },
})

const turns: fc.Arbitrary<Turn> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('host' as const), number: fc.nat(), options: hostOptions }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('gone' as const), number: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<Change>(
        {
          kind: 'aggregate',
          aggregate: aggregate('heavy', { metadata: { ram_weight_multiplier: '-2', ssd: 'true' } }),
        },
        { kind: 'aggregate', aggregate: aggregate('rack1', { metadata: { rack: '1', max_instances_per_host: '1' } }) },
        { kind: 'aggregate_gone', aggregate: id('rack2') },
        { kind: 'group', group: groupState('anti-affinity', null, ['m1', 'm2', 'm3']) },
        { kind: 'group_gone', group: id('group') },
        { kind: 'sharing', provider: shared },
        { kind: 'sharing_gone', provider: shared.id },
      )
      .map((change) => ({ kind: 'fixed' as const, change })),
  },
)

export const events: fc.Arbitrary<readonly Event[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('decide' as const),
        request: requests,
        over: fc.record({
          withoutHeld: rarely(fc.constant(true), false),
          group: rarely(fc.constant('some' as const), 'none' as const),
          named: rarely(fc.array(fc.nat({ max: 20 }), { maxLength: 3 }), []),
        }),
        keep: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('change' as const),
        changes: fc.array(turns, { minLength: 1, maxLength: 6 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('release' as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'reset' as const }) },
  ),
  { minLength: 2, maxLength: 14, size: 'max' },
)
