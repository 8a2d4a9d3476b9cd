import type { DecisionOverlay, GroupState, HostName, HostState, RequestSpec, Snapshot } from '@novakit/core'
import type { AggregateLookup } from '../decide/aggregates.ts'
import { openGroup, type OpenGroup } from '../decide/group.ts'
import type { Fleet } from './fleet.ts'

/** The snapshot as one decision is to see it. */
export function withOverlay(snapshot: Snapshot, { group, namedServers }: DecisionOverlay): Snapshot {
  const groups = group === undefined ? snapshot.groups : new Map(snapshot.groups).set(group.id, group)
  if (namedServers === undefined || namedServers.size === 0) return { ...snapshot, groups }
  return { ...snapshot, groups, hosts: snapshot.hosts.map((host) => withNamed(host, namedServers)) }
}

/** The host with the servers that are named on it beside its own; the very same if there are none. */
export function withNamed(host: HostState, named: DecisionOverlay['namedServers']): HostState {
  const here = named?.get(host.host)
  return here === undefined || here.size === 0 ? host : { ...host, servers: new Map([...host.servers, ...here]) }
}

/** The hosts of a fleet as one decision is to see them. */
export interface Overlaid {
  hostAt(slot: number): HostState | null
  /** Hosts that are others than in the fleet. */
  readonly changed: readonly number[]
  /** The request's group with its members where they are, and the slots of the hosts that hold any. */
  group(request: RequestSpec, aggregates: AggregateLookup): OverlaidGroup | null
}

export interface OverlaidGroup {
  readonly group: OpenGroup
  /** All slots at sites with members. */
  readonly slots: readonly number[]
}

export function overlaid(fleet: Fleet, over: DecisionOverlay): Overlaid {
  const { namedServers, withoutHeld } = over
  const hostAt = (slot: number): HostState | null => {
    const host = (withoutHeld === true ? fleet.bases[slot] : fleet.hosts[slot]) ?? null
    return host === null ? null : withNamed(host, namedServers)
  }
  const named = [...(namedServers?.keys() ?? [])].flatMap((host) => fleet.places.ofHost(host))
  const freed = withoutHeld === true ? fleet.heldSlots() : []
  return {
    hostAt,
    changed: [...new Set([...named, ...freed])],
    group: (request, aggregates) => {
      if (request.group === null) return null
      const state = over.group?.id === request.group.id ? over.group : fleet.groups.get(request.group.id)
      const slots = slotsOfMembers(fleet, request, state, named)
      const hosts = slots.map(hostAt).filter((host) => host !== null)
      const groups = new Map(state === undefined ? [] : [[state.id, state]])
      const hostNamed = (name: HostName): HostState | undefined => {
        const nodes = fleet.places.ofHost(name).map(hostAt)
        return nodes.findLast((node) => node?.host === name) ?? undefined
      }
      const group = openGroup(request, { hosts, groups }, aggregates, hostNamed)
      return group === null ? null : { group, slots: slotsAtSites(fleet, group, slots, hosts) }
    },
  }
}

/** All hosts that may hold a member, ascending. */
function slotsOfMembers(
  fleet: Fleet,
  { group }: RequestSpec,
  state: GroupState | undefined,
  named: readonly number[],
): readonly number[] {
  const { places } = fleet
  const found = new Set(named)
  const names = [...(group?.hosts ?? []), ...(state?.members.values() ?? [])]
  for (const name of names) if (name !== null) for (const slot of places.ofHost(name)) found.add(slot)
  if (fleet.showsServers) {
    for (const member of [...(group?.members ?? []), ...(state?.members.keys() ?? [])]) {
      for (const slot of places.ofServer(member)) {
        const host = fleet.hosts[slot]
        if (host) for (const node of places.ofHost(host.host)) found.add(node)
      }
    }
  }
  return [...found].toSorted((a, b) => a - b)
}

function slotsAtSites(
  fleet: Fleet,
  group: OpenGroup,
  slots: readonly number[],
  hosts: readonly HostState[],
): readonly number[] {
  if (group.level === null) return slots
  const found = new Set(slots)
  for (const host of hosts) {
    for (const slot of slotsAtSite(fleet, group, host)) found.add(slot)
  }
  return [...found]
}

/** The hosts at a host's site, itself among them if it has one. */
export function slotsAtSite(fleet: Fleet, group: OpenGroup, host: HostState): readonly number[] {
  if (group.level === null) return fleet.places.ofHost(host.host)
  const site = group.siteOf(host)
  return site === null ? [] : fleet.places.ofAggregate(site as HostState['aggregates'][number])
}
