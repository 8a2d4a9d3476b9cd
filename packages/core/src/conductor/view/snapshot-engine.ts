import type { Choice } from '../../domain/scheduling/decision.ts'
import type { HostState, InventoryUsage, Snapshot } from '../../domain/scheduling/snapshot.ts'
import type { DecisionOverlay, Scheduler, SchedulingEngine } from '../../ports/scheduler.ts'
import type { ProviderId } from '../../domain/ids.ts'
import type { Resources } from '../../domain/request-spec/request-spec.ts'
import { applyDelta, emptySnapshot } from '../../domain/scheduling/snapshot.ts'

/** An engine for a scheduler that has none: a whole snapshot for each decision. */
export function snapshotEngine(scheduler: Pick<Scheduler, 'decide'>): SchedulingEngine {
  const held = new Map<string, ReadonlyMap<ProviderId, Resources>>()
  let snapshot: Snapshot = emptySnapshot
  return {
    get version() {
      return snapshot.version
    },
    reset: (next) => {
      snapshot = next
    },
    apply: (delta) => {
      if (delta.from !== snapshot.version)
        throw new RangeError(`a delta from ${delta.from} does not follow ${snapshot.version}`)
      snapshot = applyDelta(snapshot, delta)
    },
    hold: (key, choices) => void held.set(key, sumOf(choices)),
    release: (key) => void held.delete(key),
    decide: (request, seed, over = {}) => {
      const base = over.withoutHeld === true || held.size === 0 ? snapshot : withHeld(snapshot, [...held.values()])
      return scheduler.decide(overlaid(base, over), request, seed)
    },
  }
}

function overlaid(base: Snapshot, { group, namedServers }: DecisionOverlay): Snapshot {
  const groups = group === undefined ? base.groups : new Map([...base.groups, [group.id, group]])
  if (namedServers === undefined) return { ...base, groups }
  const hosts = base.hosts.map((host) => {
    const named = namedServers.get(host.host)
    return named === undefined ? host : { ...host, servers: new Map([...host.servers, ...named]) }
  })
  return { ...base, groups, hosts }
}

function withHeld(snapshot: Snapshot, held: readonly ReadonlyMap<ProviderId, Resources>[]): Snapshot {
  const taken = sumOfMaps(held)
  return { ...snapshot, hosts: snapshot.hosts.map((host) => withTaken(host, taken)) }
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
