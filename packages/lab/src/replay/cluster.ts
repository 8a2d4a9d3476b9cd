import {
  instant,
  type Candidate,
  type HostState,
  type InventoryUsage,
  type ProviderId,
  type RequestSpec,
  type Resources,
  type SchedulingEngine,
  type ServerId,
} from '@novakit/core'
import { consumeHost } from '@novakit/scheduler'

/** The hosts of a replay as they are now. Every change goes to the engine as one of the cluster's changes. */
export interface Cluster {
  /** In the order of the run. */
  readonly hosts: readonly HostState[]
  /** How many hosts have no server. */
  readonly empty: number
  /** The server stands there from now on. */
  place(server: ServerId, request: RequestSpec, chosen: Candidate): void
  /** Nothing happens to a server that stands nowhere. */
  remove(server: ServerId): void
}

export function openCluster(start: readonly HostState[], engine: SchedulingEngine): Cluster {
  const hosts = [...start]
  const positions = new Map(hosts.map(({ provider }, at) => [provider, at]))
  const placed = new Map<ServerId, Candidate>()
  let version = 1
  let empty = hosts.filter(({ servers }) => servers.size === 0).length
  engine.reset({ version, at: instant(0), hosts, sharing: [], aggregates: new Map(), groups: new Map() })
  const change = (at: number, host: HostState): void => {
    empty += Number(host.servers.size === 0) - Number((hosts[at] as HostState).servers.size === 0)
    hosts[at] = host
    engine.apply({ from: version, to: ++version, changes: [{ kind: 'host', host }] })
  }
  return {
    hosts,
    get empty() {
      return empty
    },
    place: (server, request, chosen) => {
      const at = positions.get(chosen.provider) as number
      const before = hosts[at] as HostState
      placed.set(server, chosen)
      // In the lab a build is over as soon as it has begun.
      change(at, { ...consumeHost(before, request, server, chosen.allocations), stats: before.stats })
    },
    remove: (server) => {
      const chosen = placed.get(server)
      if (chosen === undefined) return
      placed.delete(server)
      const at = positions.get(chosen.provider) as number
      change(at, without(hosts[at] as HostState, server, chosen.allocations))
    },
  }
}

function without(host: HostState, server: ServerId, allocations: ReadonlyMap<ProviderId, Resources>): HostState {
  const servers = new Map(host.servers)
  servers.delete(server)
  return {
    ...host,
    servers,
    inventories: givenBack(host.inventories, allocations.get(host.provider)),
    children: host.children.map((child) => {
      const resources = allocations.get(child.id)
      return resources === undefined ? child : { ...child, inventories: givenBack(child.inventories, resources) }
    }),
  }
}

function givenBack(
  inventories: ReadonlyMap<string, InventoryUsage>,
  resources: Resources | undefined,
): ReadonlyMap<string, InventoryUsage> {
  if (resources === undefined) return inventories
  const after = new Map(inventories)
  for (const [name, amount] of Object.entries(resources)) {
    const inventory = after.get(name)
    if (inventory !== undefined) after.set(name, { ...inventory, used: inventory.used - amount })
  }
  return after
}
