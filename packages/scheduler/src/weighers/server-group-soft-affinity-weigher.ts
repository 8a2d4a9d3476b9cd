import { membersBy } from './members-by.ts'
import type { Weigher } from '../decide/weigher.ts'

/**
 * With the policy `soft-affinity`: members of the server group on the host, or in its aggregate of the group's level.
 * Source: nova/scheduler/weights/affinity.py; levels are ours.
 */
export const serverGroupSoftAffinityWeigher: Weigher = {
  name: 'ServerGroupSoftAffinityWeigher',
  multiplier: 1,
  option: 'soft_affinity_weight_multiplier',
  spot: { servers: () => 'group', elsewhere: 0 },
  scale: [0, 8],
  applies: (request) => request.group?.policy === 'soft-affinity',
  score: (host, _, { group }) => membersBy(group, host),
}
