import type { HostState, ProviderState, RequestSpec, ServerId, Snapshot } from '@novakit/core'
import { aggregateLookup, type AggregateLookup } from './aggregates.ts'
import { openGroup, type GroupView, type OpenGroup } from './group.ts'

/** What filters and weighers may read beside host and request, as it is at their moment of a decision. */
export interface View {
  /** The one of the request's servers that is being placed. */
  readonly server: ServerId
  /** The request's group and what this decision has placed of it so far. */
  readonly group: GroupView | null
  /** All hosts, with what this decision has taken on them so far. */
  readonly hosts: readonly HostState[]
  readonly aggregates: AggregateLookup
  /**
   * Works something out once per decision. For what follows from request and aggregates alone: neither from a host,
   * nor from `server`, `group` or `hosts`.
   * @param key names it: the filter or weigher itself will do
   */
  once<T>(key: object, make: () => T): T
}

/** The snapshot while one decision is made: hosts are replaced by what is left of them. */
export interface World {
  readonly hosts: readonly HostState[]
  readonly sharing: readonly ProviderState[]
  readonly group: OpenGroup | null
  viewFor(server: ServerId): View
  replace(position: number, host: HostState): void
  share(sharing: readonly ProviderState[]): void
}

export function openWorld(snapshot: Snapshot, request: RequestSpec): World {
  const hosts = snapshot.hosts.slice()
  const aggregates = aggregateLookup(snapshot.aggregates)
  const group = openGroup(request, snapshot, aggregates)
  const made = new Map<object, unknown>()
  let sharing = snapshot.sharing
  let shown: readonly HostState[] | null = null
  const once = <T>(key: object, make: () => T): T => {
    if (!made.has(key)) made.set(key, make())
    return made.get(key) as T
  }
  return {
    hosts,
    group,
    get sharing() {
      return sharing
    },
    viewFor: (server) => ({
      server,
      group,
      aggregates,
      once,
      // A frozen copy: a custom filter that wrote to it would otherwise change the decision under way.
      get hosts() {
        return (shown ??= Object.freeze(hosts.slice()))
      },
    }),
    replace: (position, host) => {
      hosts[position] = host
      shown = null
    },
    share: (next) => {
      sharing = next
    },
  }
}
