import { no, yes } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'

const tried = no({ code: 'host.tried', message: 'The server was tried on the host already.' })

/**
 * Hosts on which the server was not tried yet. Source: nova/scheduler/filters/retry_filter.py, removed in 22.0.0, as
 * alternates and ignored hosts took its place.
 */
export const retryFilter: Filter = {
  name: 'RetryFilter',
  oncePerRequest: true,
  applies: ({ destination }) => (destination.tried ?? []).length > 0,
  check: ({ host, node }, { destination }) =>
    destination.tried?.some((each) => each.host === host && each.node === node) === true ? tried : yes,
}
