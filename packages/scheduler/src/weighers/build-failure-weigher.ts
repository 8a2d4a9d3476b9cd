import type { Weigher } from '../decide/weigher.ts'

/** Builds that failed since one succeeded: with its great multiplier a last resort. Source: nova/scheduler/weights/compute.py. */
export const buildFailureWeigher: Weigher = {
  name: 'BuildFailureWeigher',
  multiplier: 1_000_000,
  option: 'build_failure_weight_multiplier',
  negated: true,
  readsHostOnly: true,
  reads: () => null,
  ignoresUsage: true,
  score: (host) => host.stats.failedBuilds,
}
