import { no, yes } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'

const elsewhere = no({ code: 'server_group.affinity', message: 'The rest of the server group is on another host.' })

/**
 * With the policy `affinity` all members go where the first went.
 * Source: nova/scheduler/filters/affinity_filter.py.
 */
export const serverGroupAffinityFilter: Filter = {
  name: 'ServerGroupAffinityFilter',
  applies: (request) => request.group?.policy === 'affinity',
  check: (host, _, { group }) =>
    group === null || group.hosts.size === 0 || group.hosts.has(host.host) ? yes : elsewhere,
}
