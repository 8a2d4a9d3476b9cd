import type { Policy, PolicyTarget, RequestContext } from '@novakit/core'
import { rules } from './rules.ts'

export const PROFILES = ['default', 'legacy', 'secure', 'open'] as const
export type PolicyProfile = (typeof PROFILES)[number]

type Check = (context: RequestContext, target: PolicyTarget) => boolean

/** A token for the whole system is for no project, and all of these rules are about projects. */
const role =
  (...sufficient: readonly string[]): Check =>
  ({ roles, systemScope }) =>
    systemScope === undefined && roles.some((each) => sufficient.includes(each))

const readerOfProject: Check = (context, { project }) => role('reader')(context, {}) && context.project === project

const either =
  (...checks: readonly Check[]): Check =>
  (context, target) =>
    checks.some((check) => check(context, target))

const known: ReadonlySet<string> = new Set(Object.values(rules))

/**
 * Who may do what, in four ways that operators know. `default`: administrators and services, and who may read a project
 * sees what it uses. `secure`: the same, but only services reshape. `legacy`: administrators alone. `open`: everybody.
 */
export function policyProfile(profile: PolicyProfile): Policy {
  const checkOf = (rule: string): Check => {
    if (profile === 'open') return () => true
    if (profile === 'legacy') return role('admin')
    if (rule === rules.reshape) return profile === 'secure' ? role('service') : role('admin', 'service')
    return rule === rules.totalUsages ? either(role('admin', 'service'), readerOfProject) : role('admin', 'service')
  }
  const checks = new Map([...known].map((rule) => [rule, checkOf(rule)]))
  return { allows: (rule, context, target) => checks.get(rule)?.(context, target) ?? false }
}
