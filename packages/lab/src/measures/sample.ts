import type { HostState, Resources } from '@novakit/core'
import type { Fragments, Typical } from '@novakit/scheduler'

/** The cluster at one moment of a replay. Amounts of the focus are in parts of what all hosts have of it. */
export interface Sample {
  /** Percent: demand arrived so far, or of a replay with departures, requests that arrived so far. */
  readonly at: number
  readonly arrived: number
  readonly allocated: number
  /** Idle focus that typical requests cannot use, in the mean; null where the focus is not on devices. */
  readonly fragmented: number | null
  /** The same in parts of what is idle. */
  readonly fragmentedOfIdle: number | null
  /** The same by causes. */
  readonly causes: Fragments | null
  /** Class → free of it on hosts that have none left of another, in parts of what all hosts have of the class. */
  readonly stranded: Resources
  /** Class → used in parts of what the hosts in use have. */
  readonly density: Resources
  readonly emptyHosts: number
  /** Fewest hosts that could hold the servers that stand now, by {@link lowerBounds}. */
  readonly bound: number
  readonly failed: number
}

export interface Totals {
  readonly focus: string
  readonly classes: readonly string[]
  /** By class, what all hosts have. */
  readonly capacity: readonly number[]
  /** By host, in the order of the run, and class. */
  readonly capacities: readonly (readonly number[])[]
  /** By class, the least that any request asks for: a host with less has none left. */
  readonly least: readonly number[]
  readonly typical: Typical | null
  /** By class, what is free on a host as it is. */
  freeOn(host: HostState): readonly number[]
}

export function sample(
  hosts: readonly HostState[],
  totals: Totals,
  now: Pick<Sample, 'at' | 'arrived' | 'emptyHosts' | 'failed' | 'bound'>,
): Sample {
  const { focus, classes, capacity, typical } = totals
  const free = hosts.map(totals.freeOn)
  const position = classes.indexOf(focus)
  const idle = free.reduce((sum, each) => sum + (each[position] as number), 0)
  const all = capacity[position] as number
  const causes = typical === null ? null : causesOn(hosts, typical)
  const fragmented = causes === null ? null : Object.values(causes).reduce((sum: number, part: number) => sum + part, 0)
  return {
    ...now,
    allocated: (all - idle) / all,
    fragmented: fragmented === null ? null : fragmented / all,
    fragmentedOfIdle: fragmented === null ? null : idle === 0 ? 0 : fragmented / idle,
    causes: causes === null ? null : scaled(causes, all),
    stranded: strandedIn(free, totals),
    density: densityOf(hosts, free, totals),
  }
}

type Causes = { -readonly [Cause in keyof Fragments]: number }

function causesOn(hosts: readonly HostState[], typical: Typical): Causes {
  const sum = { lacksRoot: 0, lacksDevices: 0, lacksBoth: 0, wrongKind: 0, needsNone: 0, tooSmall: 0 }
  for (const host of hosts) {
    const parts = typical.fragments(typical.stockOf(host))
    for (const cause of Object.keys(sum) as (keyof Causes)[]) sum[cause] += parts[cause]
  }
  return sum
}

function scaled(causes: Causes, by: number): Fragments {
  return Object.fromEntries(Object.entries(causes).map(([cause, part]) => [cause, part / by])) as unknown as Fragments
}

function strandedIn(free: readonly (readonly number[])[], { classes, capacity, capacities, least }: Totals): Resources {
  const stranded = classes.map(() => 0)
  for (const [position, left] of free.entries()) {
    const has = capacities[position] as readonly number[]
    const exhausted = left.map((amount, at) => amount < (least[at] as number) && (has[at] as number) > 0)
    const count = exhausted.filter(Boolean).length
    if (count === 0) continue
    for (const [at, amount] of left.entries()) {
      const others = count - Number(exhausted[at])
      if (others > 0 && amount > 0) stranded[at] = (stranded[at] as number) + amount
    }
  }
  return byClass(classes, (at) => (stranded[at] as number) / (capacity[at] as number))
}

function densityOf(
  hosts: readonly HostState[],
  free: readonly (readonly number[])[],
  { classes, capacities }: Totals,
): Resources {
  const inUse = [...hosts.keys()].filter((position) => (hosts[position] as HostState).servers.size > 0)
  return byClass(classes, (at) => {
    const capacity = inUse.reduce((sum, position) => sum + (capacities[position]?.[at] ?? 0), 0)
    const idle = inUse.reduce((sum, position) => sum + (free[position]?.[at] ?? 0), 0)
    return capacity === 0 ? 0 : (capacity - idle) / capacity
  })
}

function byClass(classes: readonly string[], value: (at: number) => number): Resources {
  return Object.fromEntries(classes.map((name, at) => [name, value(at)]))
}
