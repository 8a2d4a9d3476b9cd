import type { Choice } from '../domain/scheduling/decision.ts'
import type { Clock } from '../ports/clock.ts'
import type { HostState, InventoryUsage, Snapshot } from '../domain/scheduling/snapshot.ts'
import type { Instant } from '../domain/unit/units.ts'
import type { ProviderId } from '../domain/ids.ts'
import type { Resources } from '../domain/request-spec/request-spec.ts'
import { later, seconds } from '../domain/unit/units.ts'

/**
 * Places that this process has decided on and not claimed yet. Decisions that are made meanwhile count them as taken,
 * so that requests arriving together do not all choose the same best host. Only a help: the claim decides.
 */
export interface Assumptions {
  assume(key: string, choices: readonly Choice[]): void
  /** Claimed, or given up. What is forgotten to be forgotten is so after a while. */
  forget(key: string): void
  /** The snapshot with everything assumed counted as used. */
  over(snapshot: Snapshot): Snapshot
}

interface Assumption {
  readonly until: Instant
  readonly taken: ReadonlyMap<ProviderId, Resources>
}

const FORGOTTEN_AFTER = seconds(5)

export function assumptions(clock: Clock): Assumptions {
  const known = new Map<string, Assumption>()
  return {
    assume: (key, choices) => {
      known.set(key, { until: later(clock.now(), FORGOTTEN_AFTER), taken: sumOf(choices) })
    },
    forget: (key) => void known.delete(key),
    over: (snapshot) => {
      const now = clock.now()
      for (const [key, { until }] of known) if (until < now) known.delete(key)
      if (known.size === 0) return snapshot
      const taken = sumOfMaps([...known.values()].map((assumption) => assumption.taken))
      return { ...snapshot, hosts: snapshot.hosts.map((host) => withTaken(host, taken)) }
    },
  }
}

function sumOf(choices: readonly Choice[]): ReadonlyMap<ProviderId, Resources> {
  return sumOfMaps(choices.map((choice) => choice.chosen.allocations))
}

function sumOfMaps(maps: readonly ReadonlyMap<ProviderId, Resources>[]): ReadonlyMap<ProviderId, Resources> {
  const sums = new Map<ProviderId, Record<string, number>>()
  for (const map of maps) {
    for (const [provider, resources] of map) {
      const sum = sums.get(provider) ?? {}
      for (const [resource, amount] of Object.entries(resources)) sum[resource] = (sum[resource] ?? 0) + amount
      sums.set(provider, sum)
    }
  }
  return sums
}

function withTaken(host: HostState, taken: ReadonlyMap<ProviderId, Resources>): HostState {
  const touched = taken.has(host.provider) || host.children.some((child) => taken.has(child.id))
  if (!touched) return host
  return {
    ...host,
    inventories: plus(host.inventories, taken.get(host.provider)),
    children: host.children.map((child) => ({ ...child, inventories: plus(child.inventories, taken.get(child.id)) })),
  }
}

function plus(
  inventories: ReadonlyMap<string, InventoryUsage>,
  taken: Resources | undefined,
): ReadonlyMap<string, InventoryUsage> {
  if (taken === undefined) return inventories
  return new Map(
    [...inventories].map(([name, inventory]) => [name, { ...inventory, used: inventory.used + (taken[name] ?? 0) }]),
  )
}
