import { no, yes } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'

const PREFIX = 'filter_tenant_id'

const reserved = no({ code: 'aggregate.other_project', message: 'The host is set aside for other projects.' })

/**
 * Hosts whose aggregates name projects (keys `filter_tenant_id…`, comma-separated) take servers of those alone.
 * Source: nova/scheduler/filters/aggregate_multitenancy_isolation.py.
 */
export const aggregateMultiTenancyIsolation: Filter = {
  name: 'AggregateMultiTenancyIsolation',
  oncePerRequest: true,
  reads: ({ project }) => project,
  ignoresUsage: true,
  applies: (_, { aggregates }) => aggregates.someKey((key) => key.startsWith(PREFIX)),
  check: (host, request, { aggregates }) => {
    const lists = [...aggregates.metadata(host)].filter(([key]) => key.startsWith(PREFIX))
    return lists.length === 0 || lists.some(([, projects]) => projects.has(request.project)) ? yes : reserved
  },
}
