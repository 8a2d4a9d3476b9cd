import { no, yes } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'
import { overlap } from '../decide/group.ts'

const apart = no({
  code: 'hint.same_host',
  message: 'The host holds none of the servers that the hint same_host names.',
})

/** A host with one of the servers that the hint names. Source: nova/scheduler/filters/affinity_filter.py. */
export const sameHostFilter: Filter = {
  name: 'SameHostFilter',
  oncePerRequest: true,
  spot: { servers: ({ hints }) => hints.sameHost ?? [], elsewhere: () => false },
  applies: ({ hints }) => (hints.sameHost ?? []).length > 0,
  check: (host, { hints }, view) => {
    const servers = view.once(sameHostFilter, () => new Set(hints.sameHost))
    return overlap(host, servers).length > 0 ? yes : apart
  },
}
