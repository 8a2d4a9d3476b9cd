import type { AggregateId, HostName, HostState, NodeName, ServerId } from '@novakit/core'

/** Where the hosts of a name, a node's name, an aggregate or a server stand. Each index is made when first asked for. */
export interface Places {
  /** Names are compared without regard to case. */
  ofHost(name: HostName): readonly number[]
  ofNode(name: NodeName): readonly number[]
  ofAggregate(aggregate: AggregateId): readonly number[]
  /** Hosts that show the server. */
  ofServer(server: ServerId): readonly number[]
  /** A host came (no `before`), went (no `after`) or is another now. */
  replaced(slot: number, before: HostState | null, after: HostState | null): void
  clear(): void
}

type Index<Key> = Map<Key, number[]>

/** @param hosts by slot; read when an index is made */
export function openPlaces(hosts: readonly (HostState | null)[]): Places {
  const byHost = lazyIndex(hosts, (host) => [host.host.toLowerCase()])
  const byNode = lazyIndex(hosts, (host) => [host.node])
  const byAggregate = lazyIndex(hosts, (host) => host.aggregates)
  const byServer = lazyIndex(hosts, (host) => host.servers.keys())
  return {
    ofHost: (name) => byHost.of(name.toLowerCase()),
    ofNode: byNode.of,
    ofAggregate: byAggregate.of,
    ofServer: byServer.of,
    replaced: (slot, before, after) => {
      if (before?.host !== after?.host) byHost.move(slot, before, after)
      if (before?.node !== after?.node) byNode.move(slot, before, after)
      if (before?.aggregates !== after?.aggregates) byAggregate.move(slot, before, after)
      if (before?.servers !== after?.servers) byServer.move(slot, before, after)
    },
    clear: () => [byHost, byNode, byAggregate, byServer].forEach((index) => index.clear()),
  }
}

function lazyIndex<Key>(hosts: readonly (HostState | null)[], keysOf: (host: HostState) => Iterable<Key>) {
  let index: Index<Key> | null = null
  const make = (): Index<Key> => {
    const made: Index<Key> = new Map()
    for (const [slot, host] of hosts.entries()) if (host !== null) add(made, keysOf(host), slot)
    return made
  }
  return {
    of: (key: Key): readonly number[] => (index ??= make()).get(key) ?? nowhere,
    move: (slot: number, before: HostState | null, after: HostState | null): void => {
      if (index === null) return
      if (before !== null) remove(index, keysOf(before), slot)
      if (after !== null) add(index, keysOf(after), slot)
    },
    clear: (): void => {
      index = null
    },
  }
}

function add<Key>(index: Index<Key>, keys: Iterable<Key>, slot: number): void {
  for (const key of keys) {
    const slots = index.get(key)
    if (slots === undefined) index.set(key, [slot])
    else slots.push(slot)
  }
}

function remove<Key>(index: Index<Key>, keys: Iterable<Key>, slot: number): void {
  for (const key of keys) {
    const left = (index.get(key) ?? nowhere).filter((each) => each !== slot)
    if (left.length === 0) index.delete(key)
    else index.set(key, left)
  }
}

const nowhere: readonly number[] = []
