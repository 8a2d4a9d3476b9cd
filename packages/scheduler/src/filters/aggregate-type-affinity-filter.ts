import { no, yes } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'

const KEY = 'instance_type'

const otherFlavors = no({ code: 'aggregate.other_flavor', message: 'The host is set aside for other flavors.' })

/**
 * Hosts whose aggregates list flavors by name (key `instance_type`, comma-separated) take those alone.
 * Source: nova/scheduler/filters/type_filter.py.
 */
export const aggregateTypeAffinityFilter: Filter = {
  name: 'AggregateTypeAffinityFilter',
  oncePerRequest: true,
  reads: ({ flavor }) => flavor.name,
  ignoresUsage: true,
  applies: (_, { aggregates }) => aggregates.someKey((key) => key === KEY),
  check: (host, request, { aggregates }) => {
    const flavors = aggregates.metadata(host).get(KEY)
    return flavors === undefined || flavors.has(request.flavor.name) ? yes : otherFlavors
  },
}
