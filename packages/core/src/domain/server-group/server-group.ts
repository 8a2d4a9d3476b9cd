import type { ProjectId, ServerGroupId, ServerId, UserId } from '../ids.ts'
import type { Instant } from '../unit/units.ts'

export const serverGroupPolicies = ['affinity', 'anti-affinity', 'soft-affinity', 'soft-anti-affinity'] as const
export type ServerGroupPolicy = (typeof serverGroupPolicies)[number]

/** Servers that shall stand together or apart. */
export interface ServerGroup {
  readonly id: ServerGroupId
  readonly name: string
  readonly project: ProjectId
  readonly user: UserId
  readonly policy: ServerGroupPolicy
  /** For `anti-affinity`: how many members one host may hold. Default 1. */
  readonly maxServerPerHost: number
  readonly members: readonly ServerId[]
  readonly createdAt: Instant
}
