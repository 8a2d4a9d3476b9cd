import type { AggregateId, HostName } from '../ids.ts'
import type { Instant } from '../unit/units.ts'

/** A named set of hosts with metadata. With the key `availability_zone` it makes that zone. */
export interface Aggregate {
  readonly id: AggregateId
  readonly name: string
  readonly zone: string | null
  readonly hosts: readonly HostName[]
  readonly metadata: Readonly<Record<string, string>>
  readonly createdAt: Instant
}

export const ZONE_KEY = 'availability_zone'

/** Hosts in no zone aggregate show this zone (Nova `[DEFAULT]default_availability_zone`). */
export const DEFAULT_ZONE = 'nova'

/** A zone as users see it. */
export interface Zone {
  readonly name: string
  /** At least one of its hosts is enabled and up. */
  readonly available: boolean
  readonly hosts?: readonly HostName[]
}
