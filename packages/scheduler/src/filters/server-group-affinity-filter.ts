import { no, yes } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'
import { nowhere } from './nowhere.ts'

const elsewhere = no({ code: 'server_group.affinity', message: 'The rest of the server group is in another place.' })

/**
 * With the policy `affinity` all members go where the first went: to its host, or to hosts of its aggregate of the
 * group's level. Source: nova/scheduler/filters/affinity_filter.py; levels are ours.
 */
export const serverGroupAffinityFilter: Filter = {
  name: 'ServerGroupAffinityFilter',
  spot: { servers: () => 'group', elsewhere: (_, { group }) => group === null || group.sites.size === 0 },
  applies: (request) => request.group?.policy === 'affinity',
  check: (host, _, { group }) => {
    if (group === null) return yes
    const site = group.siteOf(host)
    if (site === null) return nowhere
    return group.sites.size === 0 || group.sites.has(site) ? yes : elsewhere
  },
}
