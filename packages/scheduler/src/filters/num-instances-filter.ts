import { no, yes, type HostState } from '@novakit/core'
import { leastOf } from '../decide/aggregates.ts'
import type { Filter } from '../decide/filter.ts'
import type { View } from '../decide/view.ts'

export interface NumInstancesOptions {
  /** Default 50. */
  readonly maxInstancesPerHost?: number
}

const full = no({ code: 'host.too_many_servers', message: 'The host holds as many servers as it may.' })

/** Hosts with fewer servers than the limit. Source: nova/scheduler/filters/num_instances_filter.py. */
export function numInstancesFilter({ maxInstancesPerHost = 50 }: NumInstancesOptions = {}): Filter {
  return limited('NumInstancesFilter', () => maxInstancesPerHost)
}

/** The same, where aggregates may set the limit (key `max_instances_per_host`; the least of several counts). */
export function aggregateNumInstancesFilter({ maxInstancesPerHost = 50 }: NumInstancesOptions = {}): Filter {
  return limited('AggregateNumInstancesFilter', (host, { aggregates }) =>
    leastOf(aggregates.values(host, 'max_instances_per_host'), maxInstancesPerHost, Number.isInteger),
  )
}

function limited(name: string, limitOf: (host: HostState, view: View) => number): Filter {
  return {
    name,
    readsHostOnly: true,
    reads: () => null,
    ignoresUsage: true,
    check: (host, _, view) => (host.servers.size < limitOf(host, view) ? yes : full),
  }
}
