import type { Weigher } from '../decide/weigher.ts'

/** Builds and other I/O-heavy operations under way; fewer are better. Source: nova/scheduler/weights/io_ops.py. */
export const ioOpsWeigher: Weigher = {
  name: 'IoOpsWeigher',
  multiplier: -1,
  option: 'io_ops_weight_multiplier',
  min: 0,
  readsHostOnly: true,
  reads: () => null,
  ignoresUsage: true,
  scale: [0, 8],
  score: (host) => host.stats.ioOps,
}
