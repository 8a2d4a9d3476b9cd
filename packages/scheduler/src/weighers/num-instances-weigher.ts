import type { Weigher } from '../decide/weigher.ts'

/** Servers on the host. Off unless given a multiplier; a negative one spreads. Source: nova/scheduler/weights/num_instances.py. */
export const numInstancesWeigher: Weigher = {
  name: 'NumInstancesWeigher',
  multiplier: 0,
  option: 'num_instances_weight_multiplier',
  readsHostOnly: true,
  reads: () => null,
  ignoresUsage: true,
  scale: [0, 128],
  score: (host) => host.servers.size,
}
