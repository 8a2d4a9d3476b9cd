import type { GroupRequest, HostName, HostState, RequestSpec, ServerId, Snapshot } from '@novakit/core'

/** The server group of a request as it stands at one moment of a decision. Members are counted by host, not by node. */
export interface GroupView extends Pick<GroupRequest, 'id' | 'policy' | 'maxServerPerHost'> {
  /** Hosts that hold other members, those placed earlier in this decision included. */
  readonly hosts: ReadonlySet<HostName>
  /** How many members a host holds, one that is being moved away from it included. */
  membersOn(host: HostName): number
}

/** The group during a decision: it learns of what is placed. */
export interface OpenGroup extends GroupView {
  add(server: ServerId, host: HostName): void
}

/**
 * Joins what the request says of its group with what the snapshot shows: members may have been placed since the
 * request was accepted. Servers of the request itself do not hold the group to where they are now.
 */
export function openGroup(request: RequestSpec, snapshot: Snapshot): OpenGroup | null {
  const group = request.group
  if (group === null) return null
  const told = new Set(group.hosts)
  const hosts = new Set(group.hosts)
  const byHost = new Map<HostName, Set<ServerId>>()
  const moving = new Set(request.servers)
  const count = (server: ServerId, host: HostName): void => {
    const there = byHost.get(host)
    if (there === undefined) byHost.set(host, new Set([server]))
    else there.add(server)
  }
  for (const [server, host] of placedMembers(group, snapshot)) {
    count(server, host)
    if (!moving.has(server)) hosts.add(host)
  }
  return {
    id: group.id,
    policy: group.policy,
    maxServerPerHost: group.maxServerPerHost,
    hosts,
    // A host that the request says holds members has one at least, even if the snapshot shows none of them.
    membersOn: (host) => Math.max(byHost.get(host)?.size ?? 0, told.has(host) ? 1 : 0),
    add: (server, host) => {
      count(server, host)
      hosts.add(host)
    },
  }
}

function* placedMembers(group: GroupRequest, snapshot: Snapshot): Generator<readonly [ServerId, HostName]> {
  const known = snapshot.groups.get(group.id)?.members ?? new Map<ServerId, HostName | null>()
  for (const [server, host] of known) if (host !== null) yield [server, host]
  const members = new Set([...group.members, ...known.keys()])
  for (const host of snapshot.hosts) for (const server of overlap(host, members)) yield [server, host.host]
}

/** The servers that are in the set, found by walking the smaller of the two. */
export function overlap(host: HostState, servers: ReadonlySet<ServerId>): readonly ServerId[] {
  if (host.servers.size === 0 || servers.size === 0) return none
  return host.servers.size < servers.size
    ? [...host.servers.keys()].filter((server) => servers.has(server))
    : [...servers].filter((server) => host.servers.has(server))
}

const none: readonly ServerId[] = []
