import { no, yes } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'
import { overlap } from '../decide/group.ts'

const together = no({
  code: 'hint.different_host',
  message: 'The host holds a server that the hint different_host names.',
})

/** A host with none of the servers that the hint names. Source: nova/scheduler/filters/affinity_filter.py. */
export const differentHostFilter: Filter = {
  name: 'DifferentHostFilter',
  oncePerRequest: true,
  spot: { servers: ({ hints }) => hints.differentHost ?? [], elsewhere: () => true },
  applies: ({ hints }) => (hints.differentHost ?? []).length > 0,
  check: (host, { hints }, view) => {
    const servers = view.once(differentHostFilter, () => new Set(hints.differentHost))
    return overlap(host, servers).length === 0 ? yes : together
  },
}
