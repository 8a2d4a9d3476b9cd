import { no, yes } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'

export interface MetricsFilterOptions {
  /** Names that a host must report. Default: none. */
  readonly metrics?: readonly string[]
}

const unmeasured = no({ code: 'host.metrics', message: 'The host does not report what it is to be weighed by.' })

/** Hosts that report every metric, so that a weigher can compare them. Source: nova/scheduler/filters/metrics_filter.py. */
export function metricsFilter({ metrics = [] }: MetricsFilterOptions = {}): Filter {
  return {
    name: 'MetricsFilter',
    readsHostOnly: true,
    reads: () => null,
    ignoresUsage: true,
    applies: () => metrics.length > 0,
    check: (host) => (metrics.every((metric) => Object.hasOwn(host.stats.metrics, metric)) ? yes : unmeasured),
  }
}
