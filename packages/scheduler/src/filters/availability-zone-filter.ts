import { DEFAULT_ZONE, no, yes } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'

export interface AvailabilityZoneOptions {
  /** The zone of hosts that are in no zone aggregate. Default: Nova's `nova`. */
  readonly defaultZone?: string
}

const otherZone = no({ code: 'zone.other', message: 'The host is not in the availability zone that was asked for.' })

/**
 * Hosts of the zone that was asked for. Source: nova/scheduler/filters/availability_zone_filter.py, removed in 28.0.0
 * for a pre-filter that maps zones to placement aggregates, with the same hosts in the end.
 */
export function availabilityZoneFilter({ defaultZone = DEFAULT_ZONE }: AvailabilityZoneOptions = {}): Filter {
  return {
    name: 'AvailabilityZoneFilter',
    oncePerRequest: true,
    reads: ({ zone }) => zone,
    ignoresUsage: true,
    applies: (request) => request.zone !== null,
    check: (host, request, { aggregates }) => {
      let zoned = false
      for (const { zone } of aggregates.of(host)) {
        if (zone === null) continue
        if (zone === request.zone || zone.split(',').some((part) => part.trim() === request.zone)) return yes
        zoned = true
      }
      return !zoned && request.zone === defaultZone ? yes : otherZone
    },
  }
}
