import type { TraceHost, TraceRequest, TraceRule } from '../set.ts'

/** Why a host takes a server not. */
export type Obstacle = 'room' | 'group'

/** Hosts with what is free on them, and groups with where their servers stand. Written for the check alone. */
export interface Yard {
  /** What keeps a server from a host; empty: it fits there. */
  obstacles(host: TraceHost, request: TraceRequest): readonly Obstacle[]
  fits(host: TraceHost, request: TraceRequest): boolean
  /** Puts it there, whether it fits or not. */
  put(host: TraceHost, request: TraceRequest): void
  /** Hosts with less than nothing free. */
  overfull(): readonly string[]
  /** Groups whose rule is broken, with the rule. */
  broken(): readonly string[]
}

interface Free {
  vcpus: number
  memoryGiB: number
}

/** Where the servers of a group stand. */
interface Standing {
  readonly rule: TraceRule
  /** Host → how many of them. */
  readonly hosts: Map<string, number>
  /** Rack → the domains of those in it. */
  readonly racks: Map<string, Set<string>>
}

export function yardOf(hosts: readonly TraceHost[]): Yard {
  const free = new Map<string, Free>(hosts.map(({ name, vcpus, memoryGiB }) => [name, { vcpus, memoryGiB }]))
  const groups = new Map<string, Standing>()
  const isFree = ({ name }: TraceHost, { vcpus, memoryGiB }: TraceRequest): boolean => {
    const left = free.get(name)
    return left !== undefined && left.vcpus >= vcpus && left.memoryGiB >= memoryGiB
  }
  const isAllowed = (host: TraceHost, { group }: TraceRequest): boolean => {
    const standing = group === null ? undefined : groups.get(group.key)
    return group === null || standing === undefined || allows(standing, host, group.domain)
  }
  return {
    obstacles: (host, request) => [
      ...(isFree(host, request) ? [] : (['room'] as const)),
      ...(isAllowed(host, request) ? [] : (['group'] as const)),
    ],
    fits: (host, request) => isFree(host, request) && isAllowed(host, request),
    put: (host, { vcpus, memoryGiB, group }) => {
      const left = free.get(host.name)
      if (left !== undefined) {
        left.vcpus -= vcpus
        left.memoryGiB -= memoryGiB
      }
      if (group === null) return
      const standing = groups.get(group.key) ?? { rule: group.rule, hosts: new Map(), racks: new Map() }
      groups.set(group.key, standing)
      standing.hosts.set(host.name, (standing.hosts.get(host.name) ?? 0) + 1)
      standing.racks.set(host.rack, (standing.racks.get(host.rack) ?? new Set()).add(group.domain))
    },
    overfull: () => [...free].filter(([, left]) => left.vcpus < 0 || left.memoryGiB < 0).map(([name]) => name),
    broken: () => [...groups].filter(([, standing]) => isBroken(standing)).map(([key, { rule }]) => `${key} (${rule})`),
  }
}

function allows({ rule, hosts, racks }: Standing, host: TraceHost, domain: string): boolean {
  if (rule === 'affinity') return racks.has(host.rack)
  if (rule === 'anti-affinity') return !hosts.has(host.name)
  return [...(racks.get(host.rack) ?? [])].every((other) => other === domain)
}

function isBroken({ rule, hosts, racks }: Standing): boolean {
  if (rule === 'affinity') return racks.size > 1
  if (rule === 'anti-affinity') return [...hosts.values()].some((count) => count > 1)
  return [...racks.values()].some((domains) => domains.size > 1)
}
