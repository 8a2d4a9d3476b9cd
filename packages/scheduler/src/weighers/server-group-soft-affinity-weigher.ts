import type { Weigher } from '../decide/weigher.ts'

/** With the policy `soft-affinity`: members of the server group on the host. Source: nova/scheduler/weights/affinity.py. */
export const serverGroupSoftAffinityWeigher: Weigher = {
  name: 'ServerGroupSoftAffinityWeigher',
  multiplier: 1,
  option: 'soft_affinity_weight_multiplier',
  applies: (request) => request.group?.policy === 'soft-affinity',
  score: (host, _, { group }) => group?.membersOn(host.host) ?? 0,
}
