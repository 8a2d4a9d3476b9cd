import type { HostState, RequestSpec, Snapshot } from '@novakit/core'
import { aggregate, flavor, group, host, request, snapshot } from '@novakit/scheduler/testing'
import type { PolicyOptions } from '@novakit/scheduler'
import fc from 'fast-check'

// Random clusters, requests and policies, small enough that everything meets everything.

const names = ['a', 'b', 'c', 'd', 'e', 'f']
const members = ['m1', 'm2', 'm3']
const plenty = fc.integer({ min: 2, max: 9 })
const few = fc.integer({ min: 0, max: 2 })

const hostOptions = fc.record({
  vcpus: plenty,
  memory: plenty,
  disk: plenty,
  used: fc.record({ vcpus: few, memory: few }),
  reserved: fc.record({ vcpus: fc.integer({ min: 0, max: 1 }) }),
  ratios: fc.record({ vcpus: fc.constantFrom(1, 1.5, 4), memory: fc.constantFrom(1, 1, 1.5) }),
  enabled: mostly(true, false),
  up: mostly(true, false),
  cell: mostly('cell1', 'cell2'),
  aggregates: fc.subarray(['east', 'west', 'heavy']),
  traits: fc.subarray(['CUSTOM_A', 'CUSTOM_B']),
  servers: fc.subarray(members, { maxLength: 2 }),
  stats: fc.record({ ioOps: few, failedBuilds: mostly(0, 1) }),
})

function mostly<Value>(usual: Value, rare: Value): fc.Arbitrary<Value> {
  return fc.constantFrom(usual, usual, usual, usual, usual, usual, rare)
}

/** Hosts without children, and nothing shared. */
export const hosts: fc.Arbitrary<readonly HostState[]> = fc
  .array(hostOptions, { minLength: 1, maxLength: names.length, size: 'max' })
  .map((all) => all.map((options, at) => host(names[at] ?? '', options)))

export const snapshots: fc.Arbitrary<Snapshot> = hosts.map((all) =>
  snapshot(all, {
    aggregates: [
      aggregate('east', { zone: 'east' }),
      aggregate('west', { zone: 'west', metadata: { max_instances_per_host: '3' } }),
      aggregate('heavy', { metadata: { ram_weight_multiplier: '-2', ssd: 'true' } }),
    ],
  }),
)

interface GroupOfWorld {
  readonly policy: string
  readonly level: string | undefined
  readonly maxServerPerHost: number
  readonly members: readonly string[]
}

const groups: fc.Arbitrary<GroupOfWorld | undefined> = fc.option(
  fc.record({
    policy: fc.constantFrom('affinity', 'anti-affinity', 'soft-affinity', 'soft-anti-affinity', 'partition'),
    level: fc.constantFrom(undefined, undefined, 'ssd', 'max_instances_per_host'),
    maxServerPerHost: fc.integer({ min: 1, max: 2 }),
    members: fc.subarray(members),
  }),
  { nil: undefined },
)

export const requests: fc.Arbitrary<RequestSpec> = fc
  .record({
    servers: fc.integer({ min: 1, max: 6 }),
    sizes: fc.record({ vcpus: fc.integer({ min: 1, max: 2 }), memory: few, disk: few }),
    extraSpecs: fc.constantFrom(
      {},
      {},
      {},
      { 'trait:CUSTOM_A': 'required' },
      { 'trait:CUSTOM_B': 'forbidden' },
      { ssd: 'true' },
    ),
    zone: fc.constantFrom(undefined, undefined, undefined, undefined, 'east', 'west'),
    group: groups,
    ignoredHosts: fc.subarray(names, { maxLength: 1 }),
  })
  .map(({ servers, sizes, extraSpecs, zone, group: asked, ignoredHosts }) =>
    request({
      servers,
      flavor: flavor({ ...sizes, extraSpecs }),
      to: { ignoredHosts },
      ...(zone === undefined ? {} : { zone }),
      ...(asked === undefined ? {} : groupOf(asked)),
    }),
  )

function groupOf({ policy, level, ...rest }: GroupOfWorld) {
  const asked = group(policy as 'affinity', level === undefined ? rest : { ...rest, level })
  return policy === 'partition' ? { group: asked, hints: { partition: 'one' } } : { group: asked }
}

const rules = [
  'ComputeFilter',
  'ServerGroupAffinityFilter',
  'ServerGroupAntiAffinityFilter',
  'ServerGroupPartitionFilter',
  'AvailabilityZoneFilter',
]
const more = ['AggregateNumInstancesFilter', 'AggregateInstanceExtraSpecsFilter', 'IoOpsFilter', 'RamFilter']

export const policies: fc.Arbitrary<PolicyOptions> = fc
  .record({
    preset: fc.constantFrom('default', 'nova', 'pack', 'chance'),
    filters: fc.option(fc.subarray(more), { nil: undefined }),
    hostSubsetSize: fc.constantFrom(1, 1, 2, 4),
    tieBreak: fc.constantFrom('random', 'first', 'name'),
    shuffleBest: fc.boolean(),
    maxAttempts: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ filters, ...rest }) => (filters === undefined ? rest : { ...rest, filters: [...rules, ...filters] }))
