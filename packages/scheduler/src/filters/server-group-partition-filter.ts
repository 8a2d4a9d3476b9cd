import { no, yes } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'
import { nowhere } from './nowhere.ts'

const taken = no({
  code: 'server_group.partition',
  message: 'The place belongs to another partition of the server group.',
})

/**
 * With the policy `partition` a host, or an aggregate of the group's level, holds members of one partition only: that
 * which the hint `partition` names. Nova has no such policy.
 */
export const serverGroupPartitionFilter: Filter = {
  name: 'ServerGroupPartitionFilter',
  spot: { servers: () => 'group', elsewhere: () => true },
  applies: (request) => request.group?.policy === 'partition',
  check: (host, request, { group }) => {
    if (group === null) return yes
    const site = group.siteOf(host)
    if (site === null) return nowhere
    for (const partition of group.partitionsAt(site)) {
      if (partition === null || partition !== request.hints.partition) return taken
    }
    return yes
  },
}
