import { membersBy } from './members-by.ts'
import type { Weigher } from '../decide/weigher.ts'

/**
 * With the policy `soft-anti-affinity`: members of the server group on the host, or in its aggregate of the
 * group's level, the fewer the better. Source: nova/scheduler/weights/affinity.py; levels are ours.
 */
export const serverGroupSoftAntiAffinityWeigher: Weigher = {
  name: 'ServerGroupSoftAntiAffinityWeigher',
  multiplier: 1,
  option: 'soft_anti_affinity_weight_multiplier',
  spot: { servers: () => 'group', elsewhere: 0 },
  scale: [0, 8],
  applies: (request) => request.group?.policy === 'soft-anti-affinity',
  score: (host, _, { group }) => 0 - membersBy(group, host),
}
