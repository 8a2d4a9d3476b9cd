import { no, yes } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'
import { nowhere } from './nowhere.ts'

const full = no({
  code: 'server_group.anti_affinity',
  message: 'The place holds as many of the server group as it may.',
})

/**
 * With the policy `anti-affinity` a host, or an aggregate of the group's level, holds at most `maxServerPerHost` members.
 * A server that is there already may stay, as when it is resized in place. Source:
 * nova/scheduler/filters/affinity_filter.py; levels are ours.
 */
export const serverGroupAntiAffinityFilter: Filter = {
  name: 'ServerGroupAntiAffinityFilter',
  spot: { servers: () => 'group', elsewhere: (_, { group }) => group === null || group.maxServerPerHost > 0 },
  applies: (request) => request.group?.policy === 'anti-affinity',
  check: (host, _, { group, server }) => {
    if (group === null) return yes
    const site = group.siteOf(host)
    if (site === null) return nowhere
    if (group.membersAt(site) < group.maxServerPerHost) return yes
    return group.isAt(site, server) || host.servers.has(server) ? yes : full
  },
}
