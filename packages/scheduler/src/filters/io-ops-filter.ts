import { no, yes, type HostState } from '@novakit/core'
import { leastOf } from '../decide/aggregates.ts'
import type { Filter } from '../decide/filter.ts'
import type { View } from '../decide/view.ts'

export interface IoOpsOptions {
  /** Builds, snapshots, migrations and the like at a time. Default 8. */
  readonly maxIoOpsPerHost?: number
}

const busy = no({ code: 'host.too_much_io', message: 'The host is at work on as many servers as it may.' }, 'later')

/** Hosts with fewer I/O-heavy operations than the limit. Source: nova/scheduler/filters/io_ops_filter.py. */
export function ioOpsFilter({ maxIoOpsPerHost = 8 }: IoOpsOptions = {}): Filter {
  return limited('IoOpsFilter', () => maxIoOpsPerHost)
}

/** The same, where aggregates may set the limit (key `max_io_ops_per_host`; the least of several counts). */
export function aggregateIoOpsFilter({ maxIoOpsPerHost = 8 }: IoOpsOptions = {}): Filter {
  return limited('AggregateIoOpsFilter', (host, { aggregates }) =>
    leastOf(aggregates.values(host, 'max_io_ops_per_host'), maxIoOpsPerHost, Number.isInteger),
  )
}

function limited(name: string, limitOf: (host: HostState, view: View) => number): Filter {
  return {
    name,
    readsHostOnly: true,
    reads: () => null,
    ignoresUsage: true,
    check: (host, _, view) => (host.stats.ioOps < limitOf(host, view) ? yes : busy),
  }
}
