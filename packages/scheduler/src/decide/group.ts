import type {
  GroupRequest,
  GroupState,
  HostName,
  HostState,
  RequestSpec,
  ServerId,
  Site,
  Snapshot,
} from '@novakit/core'
import type { AggregateLookup } from './aggregates.ts'
import { siteOf } from '@novakit/core'
import { openSites } from './sites.ts'

/**
 * The server group of a request as it stands at one moment of a decision. Its policy counts by sites: hosts (not nodes),
 * or aggregates of the group's level.
 */
export interface GroupView extends Pick<GroupRequest, 'id' | 'policy' | 'level' | 'maxServerPerHost'> {
  /** The host's site; null where it has none, being in no aggregate of the level or in several. */
  siteOf(host: HostState): Site | null
  /** Sites that hold other members, those placed earlier in this decision included. */
  readonly sites: ReadonlySet<Site>
  /** How many members a site holds, one that is being moved away from it included. */
  membersAt(site: Site): number
  isAt(site: Site, server: ServerId): boolean
  /** The partitions of the other members at a site; null stands for one that is not known. */
  partitionsAt(site: Site): ReadonlySet<string | null>
}

/** The group during a decision: it learns of what is placed. */
export interface OpenGroup extends GroupView {
  add(server: ServerId, host: HostName): void
}

/**
 * Joins what the request says of its group with what the snapshot shows: members may have been placed since the
 * request was accepted. Servers of the request itself do not hold the group to where they are now.
 * @param snapshot may leave out hosts that hold no member, if there is `hostNamed`
 * @param hostNamed any host of the cluster; of several nodes of a name the last
 */
export function openGroup(
  request: RequestSpec,
  snapshot: Pick<Snapshot, 'groups' | 'hosts'>,
  aggregates: AggregateLookup,
  hostNamed: (host: HostName) => HostState | undefined = byName(snapshot.hosts),
): OpenGroup | null {
  const group = request.group
  if (group === null) return null
  const { id, policy, level, maxServerPerHost } = group
  const ofHost = (host: HostState): Site | null => siteOf(level, host.host, aggregates.of(host))
  const siteNamed = (name: HostName): Site | null => {
    const host = hostNamed(name)
    return host === undefined ? null : ofHost(host)
  }
  const sites = openSites(level === null ? (host) => host : siteNamed)
  const state = snapshot.groups.get(id)
  const moving = new Set(request.servers)
  for (const [server, host] of placedMembers(group, state, snapshot)) {
    if (moving.has(server)) sites.addMoving(server, host)
    else sites.add(server, host, state?.partitions.get(server) ?? null)
  }
  for (const host of group.hosts) sites.addUnnamed(host)
  return {
    id,
    policy,
    level,
    maxServerPerHost,
    sites: sites.taken,
    siteOf: ofHost,
    membersAt: sites.membersAt,
    isAt: sites.isAt,
    partitionsAt: sites.partitionsAt,
    add: (server, host) => sites.add(server, host, request.hints.partition ?? null),
  }
}

function byName(hosts: readonly HostState[]): (host: HostName) => HostState | undefined {
  let known: ReadonlyMap<HostName, HostState> | undefined
  return (name) => (known ??= new Map(hosts.map((host) => [host.host, host]))).get(name)
}

function* placedMembers(
  group: GroupRequest,
  state: GroupState | undefined,
  snapshot: Pick<Snapshot, 'hosts'>,
): Generator<readonly [ServerId, HostName]> {
  const known = state?.members ?? new Map<ServerId, HostName | null>()
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
