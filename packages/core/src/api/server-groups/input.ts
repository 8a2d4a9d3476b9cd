import { z } from 'zod'
import { name, page, reference, wholeNumber } from '../fields.ts'
import { serverGroupPolicies, type ServerGroupPolicy } from '../../domain/server-group/server-group.ts'

export interface NewServerGroup {
  /** Need not be unique. */
  readonly name: string
  readonly policy: ServerGroupPolicy
  /**
   * The metadata key of the aggregates that the policy takes for one place each, such as `rack`. Default null: each host
   * is a place of its own.
   */
  readonly level?: string | null
  /** How many members one host, or one aggregate of the level, may hold; with `anti-affinity` only. Default 1. */
  readonly maxServerPerHost?: number
}

export interface ServerGroupQuery {
  /** Those of all projects; for administrators. */
  readonly allProjects?: boolean
  /** Default and at most 1000. */
  readonly limit?: number
  /** Id of the group after which to go on. */
  readonly marker?: string
}

export const newServerGroup = z
  .strictObject({
    name,
    policy: z.enum(serverGroupPolicies),
    level: reference.nullable().default(null),
    maxServerPerHost: wholeNumber(1).optional(),
  })
  .refine(({ policy, maxServerPerHost }) => policy === 'anti-affinity' || maxServerPerHost === undefined, {
    path: ['maxServerPerHost'],
    error: 'is for the policy anti-affinity only',
  })

export const serverGroupQuery = z.strictObject({
  allProjects: z.boolean().default(false),
  ...page,
})
