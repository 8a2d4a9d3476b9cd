import type { HostState } from '@novakit/core'
import type { Weigher } from '../decide/weigher.ts'

export interface MetricsWeigherOptions {
  /** Metric → its share in the sum. Default: none. */
  readonly ratios?: Readonly<Record<string, number>>
  /** Score of a host that lacks one of them; it is then at the end. Default -10000. */
  readonly weightOfUnavailable?: number
}

/**
 * The sum of what the host measures, each times its ratio. To leave out hosts that lack a metric, use MetricsFilter.
 * Source: nova/scheduler/weights/metrics.py with `[metrics] required = False`.
 */
export function metricsWeigher({ ratios = {}, weightOfUnavailable = -10_000 }: MetricsWeigherOptions = {}): Weigher {
  const counted = Object.entries(ratios).filter(([, ratio]) => ratio !== 0)
  const isMeasured = (host: HostState): boolean => counted.every(([name]) => Object.hasOwn(host.stats.metrics, name))
  return {
    name: 'MetricsWeigher',
    multiplier: 1,
    option: 'metrics_weight_multiplier',
    readsHostOnly: true,
    reads: () => null,
    ignoresUsage: true,
    applies: () => counted.length > 0,
    score: (host) =>
      isMeasured(host)
        ? counted.reduce((sum, [name, ratio]) => sum + (host.stats.metrics[name] ?? 0) * ratio, 0)
        : weightOfUnavailable,
  }
}
