import type { Policy, PolicyTarget } from '../../ports/policy.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import { policyTableErrors } from './errors.ts'
import { rules, type Rule, type Who } from './rules.ts'
import { shown } from '../parse.ts'

/** Rules that shall be for somebody else than by default. */
export type PolicyOverrides = Readonly<Partial<Record<Rule, Who>>>

type Check = (context: RequestContext, target: PolicyTarget) => boolean

/** Where a target names no project or no user, only administrators are let through. */
const checks: ReadonlyMap<string, Check> = new Map<Who, Check>([
  ['nobody', () => false],
  ['service', ({ roles }) => roles.includes('service')],
  ['admin', isAdmin],
  ['manager_of_project', inProject('manager')],
  ['member_of_project', inProject('manager', 'member')],
  ['reader_of_project', inProject('manager', 'member', 'reader')],
  ['owner_user', (context, { user }) => isAdmin(context) || user === context.user],
  ['anyone', () => true],
])

/**
 * The table of `rules.ts` with its overrides, read once and never changed. What is not in the table is denied.
 * @throws `policy.unknown_rule`, `policy.unknown_who`
 */
export function defaultPolicy(overrides: PolicyOverrides = {}): Policy {
  const table = new Map<string, Check>()
  for (const [rule, who] of Object.entries(rules)) table.set(rule, checkFor(rule, who))
  for (const [rule, who] of Object.entries(overrides)) {
    if (!table.has(rule)) throw policyTableErrors.unknown_rule({ rule: shown(rule) })
    table.set(rule, checkFor(rule, who))
  }
  return { allows: (rule, context, target) => table.get(rule)?.(context, target) ?? false }
}

function checkFor(rule: string, who: string): Check {
  const check = checks.get(who)
  if (check !== undefined) return check
  throw policyTableErrors.unknown_who({ rule, who: shown(String(who)), known: [...checks.keys()].join(', ') })
}

function isAdmin({ roles }: RequestContext): boolean {
  return roles.includes('admin')
}

/** Administrators, and whoever has one of the roles in the target's project. */
function inProject(...sufficient: readonly string[]): Check {
  return (context, { project }) =>
    isAdmin(context) || (project === context.project && context.roles.some((role) => sufficient.includes(role)))
}
