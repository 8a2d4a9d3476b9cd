import { processorsOf } from '../decide/amounts.ts'
import type { Weigher } from '../decide/weigher.ts'

/**
 * Virtual processors in use: the least loaded host first, however great it is. Source: nova/scheduler/simple.py,
 * `SimpleScheduler`, removed in 2013.1.
 */
export const usedCoresWeigher: Weigher = {
  name: 'UsedCoresWeigher',
  multiplier: -1,
  readsHostOnly: true,
  reads: () => null,
  scale: [0, 256],
  score: (host) => processorsOf(host).used,
}
