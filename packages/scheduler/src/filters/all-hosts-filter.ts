import { yes } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'

/** Every host. Source: nova/scheduler/filters/all_hosts_filter.py. */
export const allHostsFilter: Filter = {
  name: 'AllHostsFilter',
  oncePerRequest: true,
  reads: () => null,
  ignoresUsage: true,
  applies: () => false,
  check: () => yes,
}
