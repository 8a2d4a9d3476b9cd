import type { ProjectId, ServerGroupId, ServerId, UserId } from '../ids.ts'
import type { Instant } from '../unit/units.ts'

/**
 * `affinity` and `anti-affinity` are rules, their soft forms wishes. With `partition` each member names its partition by
 * a hint, and no place holds members of two of them: what breaks there takes one partition with it, not two (elsewhere:
 * fault domains, partition placement groups).
 */
export const serverGroupPolicies = [
  'affinity',
  'anti-affinity',
  'soft-affinity',
  'soft-anti-affinity',
  'partition',
] as const
export type ServerGroupPolicy = (typeof serverGroupPolicies)[number]

/** Servers that shall stand together or apart. */
export interface ServerGroup {
  readonly id: ServerGroupId
  readonly name: string
  readonly project: ProjectId
  readonly user: UserId
  readonly policy: ServerGroupPolicy
  /**
   * What the policy takes for one place: null a host, else all hosts of an aggregate that has this metadata key, such as
   * `rack`. Hosts in no such aggregate, or in several, take no member.
   */
  readonly level: string | null
  /** For `anti-affinity`: how many members one host, or one aggregate of the level, may hold. Default 1. */
  readonly maxServerPerHost: number
  readonly members: readonly ServerId[]
  readonly createdAt: Instant
}
