import { no, yes } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'

const cellDown = no({ code: 'cell.unavailable', message: 'The part of the cloud that the host is in does not answer.' })
const disabled = no({ code: 'host.disabled', message: 'The host takes no new servers.' })
const down = no({ code: 'host.down', message: 'The host does not answer.' }, 'later')

/** Hosts that are enabled and up, in a cell that answers. Source: nova/scheduler/filters/compute_filter.py. */
export const computeFilter: Filter = {
  name: 'ComputeFilter',
  oncePerRequest: true,
  reads: () => null,
  ignoresUsage: true,
  check: (host) => {
    if (!host.reachable) return cellDown
    if (!host.enabled) return disabled
    return host.up ? yes : down
  },
}
