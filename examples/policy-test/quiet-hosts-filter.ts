import { no, yes } from '@novakit/core'
import type { Filter } from '@novakit/scheduler'

const restless = no({ code: 'host.restless', message: 'Builds failed on the host lately.' })

/** Keeps servers off hosts on which builds failed. */
export const quietHostsFilter: Filter = {
  name: 'QuietHostsFilter',
  readsHostOnly: true,
  check: (host) => (host.stats.failedBuilds === 0 ? yes : restless),
}
