import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { id, type HostState, type InventoryUsage, type ResourceGroup, type ResourceRequest } from '@novakit/core'
import {
  candidatesOf,
  candidateSlices,
  findCandidates,
  providerIndex,
  type CandidateRequest,
  type ProviderIndex,
  type TreeProvider,
} from '@novakit/placement/candidates'

interface Workload {
  readonly about: string
  readonly flat: { readonly hosts: number; readonly limits: readonly (number | null)[] }
  readonly wide: {
    readonly hosts: number
    readonly children: number
    readonly groups: readonly number[]
    readonly limit: number
  }
  readonly nested: { readonly hosts: number; readonly limits: readonly number[] }
}

export async function run(): Promise<void> {
  const file = path.join(import.meta.dirname, '../workloads/placement-candidates.json')
  const load = JSON.parse(await readFile(file, 'utf8')) as Workload
  console.log(load.about)
  flat(load.flat)
  wide(load.wide)
  nested(load.nested)
  oneHost()
}

function flat({ hosts, limits }: Workload['flat']): void {
  const world = numbers(hosts).map((n) => provider(`host-${n}`, null, { VCPU: 64, MEMORY_MB: 262_144, DISK_GB: 2000 }))
  const index = timed(`${hosts} flat: the index, built`, 1, () => indexOf(world))
  const server = group('', { VCPU: 1, MEMORY_MB: 512, DISK_GB: 10 })
  for (const limit of limits) {
    timed(`${hosts} flat, limit ${limit ?? 'none'}`, 50, (seed) => find(index, [server], limit, seed))
  }
  timed(`${hosts} flat, limit 10, after a claim`, 200, (n) => {
    const one = world[Number(n) % hosts] as TreeProvider
    index.apply([{ kind: 'put', provider: { ...one, inventories: new Map(one.inventories) } }])
    return find(index, [server], 10, n)
  })
  const full = indexOf(world.map((each) => ({ ...each, inventories: filled(each.inventories) })))
  timed(`${hosts} flat and full, limit 10: nothing`, 50, (seed) => find(full, [server], 10, seed))
}

function wide({ hosts, children, groups, limit }: Workload['wide']): void {
  const world = numbers(hosts).flatMap((n) => [
    provider(`host-${n}`, null, { VCPU: 64 }),
    ...numbers(children).map((child) => provider(`host-${n}-pf-${child}`, `host-${n}`, { CUSTOM_PF: 1 })),
  ])
  const index = indexOf(world)
  for (const count of groups) {
    const asked = numbers(count).map((n) => group(`_${n}`, { CUSTOM_PF: 1 }))
    timed(`${hosts} × ${children} single units, ${count} groups, limit ${limit}`, 50, (seed) =>
      find(index, asked, limit, seed),
    )
  }
  const all = numbers(children).map((n) => group(`_${n}`, { CUSTOM_PF: 1 }))
  longestSlice(`${hosts} × ${children} single units, ${children} groups, no limit`, index, all)
}

function nested({ hosts, limits }: Workload['nested']): void {
  const world = numbers(hosts).flatMap((n) => {
    const numa = numbers(2).flatMap((m) => [
      provider(`h${n}-numa${m}`, `h${n}`, { VCPU: 32, MEMORY_MB: 131_072 }, `h${n}`),
      ...numbers(2).map((f) => provider(`h${n}-numa${m}-f${f}`, `h${n}-numa${m}`, { FPGA: 1 }, `h${n}`)),
    ])
    return [provider(`h${n}`, null, { DISK_GB: 2000 }), ...numa]
  })
  const index = indexOf(world)
  const asked = [
    group('', { DISK_GB: 10 }),
    group('_COMPUTE', { VCPU: 1, MEMORY_MB: 256 }),
    group('_FPGA', { FPGA: 1 }),
  ]
  const near = { sameSubtree: [['_COMPUTE', '_FPGA']] }
  for (const limit of limits) {
    timed(`${hosts} trees of 7, three groups, one subtree, limit ${limit}`, 20, (seed) =>
      find(index, asked, limit, seed, near),
    )
  }
}

/** As a decision asks it of one host after the other. */
function oneHost(): void {
  const root = provider('h', null, { VCPU: 64, MEMORY_MB: 262_144, DISK_GB: 2000 })
  const server = group('', { VCPU: 1, MEMORY_MB: 512, DISK_GB: 10 })
  const asked = request([server])
  timed('one flat host, a thousand times', 50, () => {
    for (let n = 0; n < 1000; n++) candidatesOf(hostOf(root), asked, [], 1)
  })
  const wide = hostOf(
    root,
    numbers(8).map((n) => provider(`h-${n}`, 'h', { CUSTOM_PF: 1 })),
  )
  const more = request([server, group('_a', { CUSTOM_PF: 1 }), group('_b', { CUSTOM_PF: 1 })])
  timed('one host with eight devices, two groups on them, a thousand times', 50, () => {
    for (let n = 0; n < 1000; n++) candidatesOf(wide, more, [], 1)
  })
  const tooMany = request(numbers(9).map((n) => group(`_${n}`, { CUSTOM_PF: 1 })))
  timed('one host with eight devices, nine groups: why not, a thousand times', 20, () => {
    for (let n = 0; n < 1000; n++) candidatesOf(wide, tooMany, [], 1)
  })
}

function find(
  index: ProviderIndex,
  groups: readonly ResourceGroup[],
  limit: number | null,
  seed: string,
  rest: Partial<ResourceRequest> = {},
) {
  return findCandidates(index, ask(groups, limit, seed, rest))
}

function ask(
  groups: readonly ResourceGroup[],
  limit: number | null,
  seed: string,
  rest: Partial<ResourceRequest> = {},
): CandidateRequest {
  return { resources: request(groups, rest), limit, seed, nested: true }
}

function longestSlice(name: string, index: ProviderIndex, groups: readonly ResourceGroup[]): void {
  const work = candidateSlices(index, ask(groups, null, ''))
  let longest = 0
  let total = 0
  for (let done = false; !done;) {
    const before = process.threadCpuUsage()
    const step = work.next()
    const after = process.threadCpuUsage(before)
    const took = (after.user + after.system) / 1000
    longest = Math.max(longest, took)
    total += took
    if (step.done !== true) continue
    done = true
    line(`${name}: ${step.value.candidates.length} candidates`, total)
  }
  line('  of which the longest slice keeps the thread', longest)
}

/** CPU of the median round, in ms. A few rounds first warm the code up. */
function timed<T>(name: string, rounds: number, work: (round: string) => T): T {
  const times: number[] = []
  let last: T | undefined
  for (let round = 0; round < rounds * 2; round++) {
    const before = process.cpuUsage()
    last = work(String(round))
    const took = since(before)
    if (rounds === 1 || round >= rounds) times.push(took)
  }
  line(name, times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0)
  return last as T
}

/** Milliseconds of CPU. */
function since(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

function line(name: string, millis: number): void {
  console.log(`${name.padEnd(72)} ${millis.toFixed(3).padStart(9)} ms`)
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, n) => n)
}

function provider(
  name: string,
  parent: string | null,
  totals: Readonly<Record<string, number>>,
  root = parent ?? name,
): TreeProvider {
  const inventories = Object.entries(totals).map(([resourceClass, total]) => [resourceClass, stock(total)] as const)
  return {
    id: id(name),
    name,
    root: id(root),
    parent: parent === null ? null : id(parent),
    traits: new Set(),
    inventories: new Map(inventories),
    aggregates: [],
  }
}

function stock(total: number): InventoryUsage {
  return { total, reserved: 0, allocationRatio: 1, minUnit: 1, maxUnit: total, stepSize: 1, used: 0 }
}

function filled(inventories: TreeProvider['inventories']): TreeProvider['inventories'] {
  return new Map([...inventories].map(([name, inventory]) => [name, { ...inventory, used: inventory.total }]))
}

function indexOf(world: readonly TreeProvider[]): ProviderIndex {
  const index = providerIndex()
  index.apply(world.map((each) => ({ kind: 'put', provider: each })))
  return index
}

function group(suffix: string, resources: Readonly<Record<string, number>>): ResourceGroup {
  return { suffix, resources, required: [], forbidden: [], memberOf: [], forbiddenAggregates: [], inTree: null }
}

function request(groups: readonly ResourceGroup[], rest: Partial<ResourceRequest> = {}): ResourceRequest {
  const groupPolicy = groups.length > 1 ? 'none' : null
  return { groups, groupPolicy, rootRequired: [], rootForbidden: [], sameSubtree: [], ...rest }
}

function hostOf(root: TreeProvider, children: HostState['children'] = []): HostState {
  return {
    provider: root.id,
    host: id(root.name),
    node: id(root.name),
    cell: id('cell'),
    enabled: true,
    up: true,
    reachable: true,
    traits: root.traits,
    inventories: root.inventories,
    children,
    aggregates: root.aggregates,
    servers: new Map(),
    stats: { ioOps: 0, failedBuilds: 0, metrics: {} },
    hypervisor: { type: 'fake', version: 1, hostIp: null, supportedInstances: [], cpuInfo: {}, numa: null, pci: null },
  }
}
