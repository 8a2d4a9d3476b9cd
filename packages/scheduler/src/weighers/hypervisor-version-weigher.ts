import type { Weigher } from '../decide/weigher.ts'

/** The hypervisor's version; newer is better. Source: nova/scheduler/weights/hypervisor_version.py. */
export const hypervisorVersionWeigher: Weigher = {
  name: 'HypervisorVersionWeigher',
  multiplier: 1,
  option: 'hypervisor_version_weight_multiplier',
  readsHostOnly: true,
  reads: () => null,
  ignoresUsage: true,
  scale: [0, 10_000_000],
  score: (host) => host.hypervisor.version,
}
