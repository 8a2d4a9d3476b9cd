import type { Weigher } from '../decide/weigher.ts'

/**
 * With the policy `soft-anti-affinity`: members of the server group on the host, the fewer the better.
 * Source: nova/scheduler/weights/affinity.py.
 */
export const serverGroupSoftAntiAffinityWeigher: Weigher = {
  name: 'ServerGroupSoftAntiAffinityWeigher',
  multiplier: 1,
  option: 'soft_anti_affinity_weight_multiplier',
  applies: (request) => request.group?.policy === 'soft-anti-affinity',
  score: (host, _, { group }) => 0 - (group?.membersOn(host.host) ?? 0),
}
