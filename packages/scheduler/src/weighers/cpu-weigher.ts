import { freeWithOvercommit, processorsOf } from '../decide/amounts.ts'
import type { Weigher } from '../decide/weigher.ts'

/** Free virtual processors, overcommit included. Source: nova/scheduler/weights/cpu.py. */
export const cpuWeigher: Weigher = {
  name: 'CPUWeigher',
  multiplier: 1,
  option: 'cpu_weight_multiplier',
  min: 0,
  readsHostOnly: true,
  reads: () => null,
  scale: [0, 256],
  score: (host) => freeWithOvercommit(processorsOf(host)),
}
