import type { HostState, RequestSpec } from '@novakit/core'

/**
 * Nova's way as it stands, in JavaScript: a list of hosts through one filter after the other, then one list of scores
 * for each weigher, brought to 0…1 and added up, then a sort. After nova/filters.py, nova/weights.py and
 * nova/scheduler/manager.py. Room is one more filter here, where Nova asks Placement.
 */
export function novaLoop(hosts: readonly HostState[], request: RequestSpec): HostState | null {
  let left: readonly HostState[] = hosts
  for (const passes of filters) {
    left = left.filter((host) => passes(host, request))
    if (left.length === 0) return null
  }
  const weighed = left.map((host) => ({ host, weight: 0 }))
  for (const { score, multiplier, min } of weighers) {
    const raw = left.map(score)
    const low = min ?? Math.min(...extremes(raw))
    const range = Math.max(...extremes(raw)) - low
    if (range === 0) continue
    raw.forEach((value, at) => {
      const one = weighed[at]
      if (one !== undefined) one.weight += (multiplier * (value - low)) / range
    })
  }
  return weighed.toSorted((a, b) => b.weight - a.weight)[0]?.host ?? null
}

type Passes = (host: HostState, request: RequestSpec) => boolean

const filters: readonly Passes[] = [
  (host) => host.enabled && host.up,
  (host, { flavor }) => Object.keys(flavor.extraSpecs).every((key) => key in host.stats),
  (host, { image }) => Object.keys(image?.properties ?? {}).every((key) => key in host.hypervisor.cpuInfo),
  (host, { group }) => group === null || group.policy !== 'anti-affinity' || !group.hosts.includes(host.host),
  (host, { group }) => group === null || group.policy !== 'affinity' || group.hosts.includes(host.host),
  (host, { resources }) =>
    Object.entries(resources.groups[0]?.resources ?? {}).every(([resourceClass, amount]) => {
      const inventory = host.inventories.get(resourceClass)
      if (inventory === undefined) return false
      const { total, reserved, allocationRatio, used } = inventory
      return amount <= Math.floor((total - reserved) * allocationRatio) - used
    }),
]

const free =
  (resourceClass: string, overcommit: boolean) =>
  (host: HostState): number => {
    const inventory = host.inventories.get(resourceClass)
    if (inventory === undefined) return 0
    return inventory.total * (overcommit ? inventory.allocationRatio : 1) - inventory.used
  }

interface NovaWeigher {
  readonly multiplier: number
  readonly min?: number
  score(host: HostState): number
}

const weighers: readonly NovaWeigher[] = [
  { multiplier: -1_000_000, score: (host) => host.stats.failedBuilds },
  { multiplier: 1, min: 0, score: free('VCPU', true) },
  { multiplier: 1, min: 0, score: free('DISK_GB', false) },
  { multiplier: 1, score: (host) => host.hypervisor.version },
  { multiplier: -1, min: 0, score: (host) => host.stats.ioOps },
  { multiplier: 1, min: 0, score: free('MEMORY_MB', false) },
]

function extremes(values: readonly number[]): readonly [number, number] {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
  }
  return [least, most]
}
