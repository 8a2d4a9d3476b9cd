import { no, yes } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'

const full = no({
  code: 'server_group.anti_affinity',
  message: 'The host holds as many of the server group as it may.',
})

/**
 * With the policy `anti-affinity` a host holds at most `maxServerPerHost` members. A server that is there already may
 * stay, as when it is resized in place. Source: nova/scheduler/filters/affinity_filter.py.
 */
export const serverGroupAntiAffinityFilter: Filter = {
  name: 'ServerGroupAntiAffinityFilter',
  applies: (request) => request.group?.policy === 'anti-affinity',
  check: (host, _, { group, server }) => {
    if (group === null || group.membersOn(host.host) < group.maxServerPerHost) return yes
    return host.servers.has(server) ? yes : full
  },
}
