import { z } from 'zod'

/** One NUMA node of a host, as its driver reports it in `hypervisor.numa`. All sizes of memory in MiB, pages in KiB. */
export interface HostCell {
  readonly id: number
  /** Host processors that guests share. */
  readonly shared: readonly number[]
  /** Host processors that are given out one by one. */
  readonly dedicated: readonly number[]
  /** Of the dedicated ones, those that have a guest. */
  readonly pinned: readonly number[]
  /** Which processors are threads of one core; each processor of the cell is in one of the lists. */
  readonly siblings: readonly (readonly number[])[]
  /** Shared processors that guests were promised. */
  readonly sharedUsed: number
  readonly memory: number
  readonly memoryUsed: number
  readonly pages: readonly HostPages[]
  /** Null: not known. */
  readonly socket: number | null
  /** Networks whose hardware is at this cell; null: nothing is said. */
  readonly networks: { readonly physical: readonly string[]; readonly tunnels: boolean } | null
}

export interface HostPages {
  /** KiB. */
  readonly size: number
  /** Numbers of pages. */
  readonly total: number
  readonly used: number
  readonly reserved: number
}

export interface HostTopology {
  readonly cells: readonly HostCell[]
}

const count = z
  .int()
  .min(0)
  .max(2 ** 50)
const cpu = z.int().min(0).max(65_535)
const cpus = z.array(cpu).max(65_536)

const cellShape = z.object({
  id: z.int().min(0).max(65_535),
  shared: cpus.default([]),
  dedicated: cpus.default([]),
  pinned: cpus.default([]),
  siblings: z.array(cpus).max(65_536).default([]),
  sharedUsed: count.default(0),
  memory: count,
  memoryUsed: count.default(0),
  pages: z
    .array(
      z.object({
        size: z
          .int()
          .min(1)
          .max(2 ** 40),
        total: count,
        used: count.default(0),
        reserved: count.default(0),
      }),
    )
    .max(64)
    .default([]),
  socket: z.int().min(0).nullable().default(null),
  networks: z
    .object({ physical: z.array(z.string().max(255)).max(1024), tunnels: z.boolean() })
    .nullable()
    .default(null),
})

const topologyShape = z.object({ cells: z.array(cellShape).min(1).max(1024) })

const known = new WeakMap<object, HostTopology | null>()

/** What a driver said of NUMA; null where it said nothing, or nothing that can be read. */
export function hostTopologyOf(numa: unknown): HostTopology | null {
  if (typeof numa !== 'object' || numa === null) return null
  const before = known.get(numa)
  if (before !== undefined) return before
  const read = topologyShape.safeParse(numa)
  const topology = read.success ? read.data : null
  known.set(numa, topology)
  return topology
}

export function freeDedicated({ dedicated, pinned }: HostCell): readonly number[] {
  const taken = new Set(pinned)
  return dedicated.filter((each) => !taken.has(each))
}

export const freeMemory = ({ memory, memoryUsed }: HostCell): number => memory - memoryUsed

/** Whether any core of the host has more than one thread. */
export function hasThreads({ cells }: HostTopology): boolean {
  return cells.some(({ siblings }) => siblings.some((core) => core.length > 1))
}
