import type { DecisionOverlay, HostState, Snapshot } from '@novakit/core'

/** The snapshot as one decision is to see it. */
export function withOverlay(snapshot: Snapshot, { group, namedServers }: DecisionOverlay): Snapshot {
  const groups = group === undefined ? snapshot.groups : new Map(snapshot.groups).set(group.id, group)
  if (namedServers === undefined || namedServers.size === 0) return { ...snapshot, groups }
  return { ...snapshot, groups, hosts: snapshot.hosts.map((host) => withNamed(host, namedServers)) }
}

/** The host with the servers that are named on it beside its own; the very same if there are none. */
export function withNamed(host: HostState, named: NonNullable<DecisionOverlay['namedServers']>): HostState {
  const here = named.get(host.host)
  return here === undefined || here.size === 0 ? host : { ...host, servers: new Map([...host.servers, ...here]) }
}
