import type { Policy, PolicyTarget } from '../ports/policy.ts'
import type { RequestContext } from '../domain/context/request-context.ts'
import { policyErrors } from '../domain/context/errors.ts'

/** @throws `policy.forbidden` */
export function authorize(policy: Policy, rule: string, context: RequestContext, target: PolicyTarget = {}): void {
  if (!policy.allows(rule, context, target)) throw policyErrors.forbidden({ rule })
}

/** Whether the caller may act as an administrator in this matter. */
export function isAllowed(policy: Policy, rule: string, context: RequestContext, target: PolicyTarget = {}): boolean {
  return policy.allows(rule, context, target)
}
