import { amountOf, physicallyFree } from '../decide/amounts.ts'
import type { Weigher } from '../decide/weigher.ts'

/** Free disk space in MiB, without overcommit. Source: nova/scheduler/weights/disk.py. */
export const diskWeigher: Weigher = {
  name: 'DiskWeigher',
  multiplier: 1,
  option: 'disk_weight_multiplier',
  min: 0,
  readsHostOnly: true,
  reads: () => null,
  scale: [0, 16 * 2 ** 20],
  score: (host) => physicallyFree(amountOf(host, 'DISK_GB')) * 1024,
}
