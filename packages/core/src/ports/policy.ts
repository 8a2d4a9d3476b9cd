import type { RequestContext } from '../domain/context/request-context.ts'

/** What a rule is asked about. */
export interface PolicyTarget {
  readonly project?: string
  readonly user?: string
}

/** `servers:create`, `servers:delete`, `os_compute_api:…` stay at the HTTP edge. Unknown rules are denied. */
export interface Policy {
  allows(rule: string, context: RequestContext, target: PolicyTarget): boolean
}
