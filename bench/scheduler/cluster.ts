import type { GroupState, HostState, RequestSpec, ServerId, Snapshot } from '@novakit/core'
import { flavor, group, host, request, snapshot } from '@novakit/scheduler/testing'

export interface Workload {
  readonly about: string
  readonly host: {
    readonly vcpus: number
    readonly memoryGiB: number
    readonly diskGiB: number
    readonly cpuRatio: number
  }
  /** Part of the memory that is taken at first. */
  readonly full: number
  readonly hosts: readonly number[]
  /** Processors, GiB of memory, GiB of disk. */
  readonly shapes: readonly (readonly [number, number, number])[]
  readonly cases: readonly Case[]
  readonly millisPerMeasurement: number
}

export interface Case {
  readonly name: string
  readonly preset: string
  /** How many of the shapes. */
  readonly shapes: number
  /** Members that a group has when the next one is asked for. */
  readonly groups?: number
  /** Times what a shape asks for. */
  readonly factor?: number
}

/** A server that is there at the start. */
export interface Tenant {
  readonly host: number
  readonly shape: number
}

export interface Cluster {
  readonly snapshot: Snapshot
  readonly tenants: Tenant[]
  /** By shape; for one server each, whose name is to be replaced. */
  readonly requests: readonly RequestSpec[]
}

/** Whole, in [0, below); the same sequence for the same seed (mulberry32, Tommy Ettinger). */
export function dice(seed: number): (below: number) => number {
  let state = seed | 0
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

export function buildCluster(load: Workload, hosts: number, given: Case): Cluster {
  const roll = dice(hosts)
  const tenants: Tenant[] = []
  const shapes = load.shapes.slice(-Math.min(given.shapes, load.shapes.length)).slice(0, given.shapes)
  const used = given.shapes === 1 ? load.shapes.slice(7, 8) : shapes
  const all = Array.from({ length: hosts }, (_, at) => filledHost(load, at, used, roll, tenants))
  const factor = given.factor ?? 1
  const requests = used.map(([vcpus, memory, disk]) =>
    request({ flavor: flavor({ name: `${vcpus}-${memory}`, vcpus: vcpus * factor, memory: memory * 1024, disk }) }),
  )
  return { snapshot: snapshot(all), tenants, requests }
}

function filledHost(
  { host: size, full }: Workload,
  at: number,
  shapes: Workload['shapes'],
  roll: (below: number) => number,
  tenants: Tenant[],
): HostState {
  const used = { vcpus: 0, memory: 0, disk: 0 }
  const target = size.memoryGiB * (full - 0.1 + roll(20) / 100)
  for (let tries = 0; tries < 40 && used.memory / 1024 < target; tries++) {
    const shape = roll(shapes.length)
    const [vcpus, memory, disk] = shapes[shape] as (typeof shapes)[number]
    if (used.vcpus + vcpus > size.vcpus * size.cpuRatio || used.memory / 1024 + memory > size.memoryGiB) continue
    if (used.disk + disk > size.diskGiB) continue
    used.vcpus += vcpus
    used.memory += memory * 1024
    used.disk += disk
    tenants.push({ host: at, shape })
  }
  return host(`host-${String(at).padStart(6, '0')}`, {
    vcpus: size.vcpus,
    memory: size.memoryGiB * 1024,
    disk: size.diskGiB,
    ratios: { vcpus: size.cpuRatio },
    used,
  })
}

/** The host without one of its servers. */
export function without(one: HostState, request_: RequestSpec): HostState {
  const inventories = new Map(one.inventories)
  for (const [resourceClass, amount] of Object.entries(request_.resources.groups[0]?.resources ?? {})) {
    const inventory = inventories.get(resourceClass)
    if (inventory !== undefined) inventories.set(resourceClass, { ...inventory, used: inventory.used - amount })
  }
  return { ...one, inventories }
}

/** A request of a group that has members on these hosts. */
export function inGroup(base: RequestSpec, on: readonly HostState['host'][]): { spec: RequestSpec; state: GroupState } {
  const asked = group('anti-affinity')
  const members = new Map(on.map((name, at) => [`member-${at}` as ServerId, name]))
  const { id, policy, level, maxServerPerHost } = asked
  return {
    spec: { ...base, group: asked },
    state: { id, policy, level, maxServerPerHost, members, partitions: new Map() },
  }
}
