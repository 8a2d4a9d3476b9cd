import { no, yes } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'

const others = no({ code: 'host.other_flavor', message: 'The host runs servers of another flavor.' })

/**
 * Hosts that are empty or run servers of this flavor alone. Source: nova/scheduler/filters/type_filter.py,
 * `TypeAffinityFilter`, removed in 17.0.0.
 */
export const typeAffinityFilter: Filter = {
  name: 'TypeAffinityFilter',
  readsHostOnly: true,
  reads: ({ flavor }) => flavor.name,
  ignoresUsage: true,
  check: (host, { flavor }) => {
    for (const server of host.servers.values()) if (server.flavor !== flavor.name) return others
    return yes
  },
}
