import { no, yes, type RequestSpec } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'
import { meets } from '../decide/operators.ts'

const SCOPE = 'aggregate_instance_extra_specs:'

const missing = no({
  code: 'aggregate.extra_spec_missing',
  message: 'The host is in no aggregate that speaks of an extra spec of the flavor.',
})
const mismatch = no({
  code: 'aggregate.extra_spec',
  message: 'The host is in no aggregate that meets an extra spec of the flavor.',
})

/**
 * Each extra spec without a scope, or with the scope `aggregate_instance_extra_specs`, must be met by a value that the
 * host's aggregates have for its key. Source: nova/scheduler/filters/aggregate_instance_extra_specs.py.
 */
export const aggregateInstanceExtraSpecsFilter: Filter = {
  name: 'AggregateInstanceExtraSpecsFilter',
  oncePerRequest: true,
  reads: ({ flavor }) => flavor.extraSpecs,
  ignoresUsage: true,
  applies: (request) => wantedOf(request).length > 0,
  check: (host, request, view) => {
    const metadata = view.aggregates.metadata(host)
    for (const [key, requirement] of view.once(aggregateInstanceExtraSpecsFilter, () => wantedOf(request))) {
      const values = metadata.get(key)
      if (values === undefined) return missing
      if (![...values].some((value) => meets(value, requirement))) return mismatch
    }
    return yes
  },
}

function wantedOf({ flavor }: RequestSpec): readonly (readonly [key: string, requirement: string])[] {
  return Object.entries(flavor.extraSpecs).flatMap(([key, requirement]) => {
    if (key.startsWith(SCOPE)) return [[key.slice(SCOPE.length), requirement] as const]
    return key.includes(':') ? [] : [[key, requirement] as const]
  })
}
