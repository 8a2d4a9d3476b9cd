import type { ApiDeps } from '../deps.ts'
import type { NovakitError } from '../../domain/error.ts'
import type { PolicyTarget } from '../../ports/policy.ts'
import type { ProjectId, UserId } from '../../domain/ids.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import { authorize } from '../authorize.ts'
import {
  DEFAULTS,
  defaultsInForce,
  limitsInForce,
  resetLimits,
  setLimits,
  type QuotaLimits,
} from '../../storage/global/quota-limits.ts'
import { id } from '../../domain/ids.ts'
import { ofUser, parseLimits, type NewLimits, type OfUser } from './input.ts'
import { parse } from '../parse.ts'
import { quotaErrors } from '../../domain/quota/errors.ts'
import { quotaResources, type QuotaUsage } from '../../domain/quota/quota.ts'
import { reference } from '../fields.ts'
import { usageOf } from '../../storage/global/quota-counters.ts'

/**
 * How much a project, or one of its users, may have. A limit may come to lie below what is used: then nothing is added
 * until enough is given back. Every verb throws `policy.forbidden`, and `quota.invalid` for what it cannot read.
 */
export interface QuotaVerbs {
  /**
   * Each resource with its limit and what is used of it. `metadata_items` and `server_group_members` limit each server
   * and each group, and show no use; `key_pairs` shows use for a user only.
   */
  get(project: string, of?: OfUser): Promise<readonly QuotaUsage[]>
  /** A user's limits hold beside those of the project. @throws `quota.unknown_resource` */
  set(project: string, limits: NewLimits, of?: OfUser): Promise<void>
  /** Back to the defaults: a user in the project, or the project and all its users. */
  reset(project: string, of?: OfUser): Promise<void>
  /** What holds for projects that have no limits of their own. */
  defaults(): Promise<QuotaLimits>
  /** @throws `quota.unknown_resource` */
  setDefaults(limits: NewLimits): Promise<void>
}

export function quotaVerbs({ global, policy }: ApiDeps, context: RequestContext): QuotaVerbs {
  const allow = (rule: string, target: PolicyTarget): void => authorize(policy, rule, context, target)
  return {
    get: async (project, of = {}) => {
      allow('quotas:get', { project })
      const whose = parseHolder(project, of)
      return global.read(async (tx) => {
        const limits = await limitsInForce(tx, whose.project, whose.user)
        const used = await usageOf(tx, whose.project, whose.user)
        return quotaResources.map((resource) => ({
          resource,
          limit: limits.user[resource] ?? limits.project[resource],
          used: used[resource] ?? 0,
        }))
      })
    },
    set: async (project, limits, of = {}) => {
      allow('quotas:set', { project })
      const whose = parseHolder(project, of)
      const changed = parseLimits(limits)
      await global.write((tx) => setLimits(tx, whose, changed))
    },
    reset: async (project, of = {}) => {
      allow('quotas:reset', { project })
      const whose = parseHolder(project, of)
      await global.write((tx) => resetLimits(tx, whose.project, whose.user))
    },
    defaults: async () => {
      allow('quotas:defaults', context)
      return global.read(defaultsInForce)
    },
    setDefaults: async (limits) => {
      allow('quotas:setDefaults', context)
      const changed = parseLimits(limits)
      await global.write((tx) => setLimits(tx, DEFAULTS, changed))
    },
  }
}

function parseHolder(project: string, of: OfUser): { readonly project: ProjectId; readonly user: UserId | null } {
  const { user } = parse(ofUser, of, invalid)
  return {
    project: id<ProjectId>(parse(reference, project, invalid, 'project')),
    user: user === undefined ? null : id<UserId>(user),
  }
}

function invalid(what: string): NovakitError {
  return quotaErrors.invalid({ what })
}
