import { amountOf, physicallyFree } from '../decide/amounts.ts'
import type { Weigher } from '../decide/weigher.ts'

/** Free memory in MiB, without overcommit: spreads; with a negative multiplier packs. Source: nova/scheduler/weights/ram.py. */
export const ramWeigher: Weigher = {
  name: 'RAMWeigher',
  multiplier: 1,
  option: 'ram_weight_multiplier',
  min: 0,
  readsHostOnly: true,
  reads: () => null,
  scale: [0, 2 ** 20],
  score: (host) => physicallyFree(amountOf(host, 'MEMORY_MB')),
}
