import { no, type HostState, type RequestSpec, type Verdict } from '@novakit/core'
import type { RequestTraits, SpotFilter } from './traits.ts'
import type { View } from './view.ts'

/**
 * Says of one host whether it may take one server. A filter is pure: it changes none of what it is given, reads no
 * clock, and gives the same answer to the same question. It is asked for every host, so it says the same words each
 * time (a constant reason) rather than composing them.
 */
export interface Filter {
  /** As policies, explanations and operators call it. */
  readonly name: string
  /** Its answer cannot change while the servers of one request are placed: it is asked once for each host. */
  readonly oncePerRequest?: boolean
  /**
   * Its answer changes only when the host itself does: of the view it reads neither `server` nor `group` nor `hosts`.
   * After a placement it is asked again for the host that was chosen, and for no other.
   */
  readonly readsHostOnly?: boolean
  /** It judges an image in place too, on rebuild. Default false. */
  readonly runsOnRebuild?: boolean
  /**
   * All that it reads of a request, in `applies` too, as a JSON value. With it the filter vouches that its answer
   * follows from this, the host and the aggregates alone, so that an engine may remember the answer for the requests
   * that are alike in it. A filter without it, and without `spot`, is asked anew for each decision.
   */
  reads?(request: RequestTraits): unknown
  /** Its answer does not hang on how much of the host's resources is used. */
  readonly ignoresUsage?: boolean
  /** Instead of `reads`: only hosts that hold certain servers make a difference to it. */
  readonly spot?: SpotFilter
  /** False: it has nothing to say about this request and lets every host pass unasked. Asked once per decision. */
  applies?(request: RequestSpec, view: View): boolean
  /** `yes`, or `no` with a reason whose sentence is safe for the tenant. */
  check(host: HostState, request: RequestSpec, view: View): Verdict
}

/** Asks a filter that may be anybody's. One that throws or answers with no verdict refuses the host: `filter.failed`. */
export function ask(filter: Filter, host: HostState, request: RequestSpec, view: View): Verdict {
  try {
    const verdict: unknown = filter.check(host, request, view)
    return isVerdict(verdict) ? verdict : failed(filter, 'it answered with no verdict')
  } catch (thrown) {
    return failed(filter, String(thrown))
  }
}

/** Whether a filter has to be asked at all. One that fails at this stands in as a refusal of every host. */
export function activeOf(filter: Filter, request: RequestSpec, view: View): Filter | null {
  try {
    return filter.applies?.(request, view) === false ? null : filter
  } catch (thrown) {
    const verdict = failed(filter, String(thrown))
    return { name: filter.name, oncePerRequest: true, check: () => verdict }
  }
}

export function isVerdict(value: unknown): value is Verdict {
  if (typeof value !== 'object' || value === null || !('ok' in value)) return false
  if (value.ok === true) return true
  return value.ok === false && 'reason' in value && isReason(value.reason)
}

function isReason(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('code' in value) || !('message' in value)) return false
  return typeof value.code === 'string' && typeof value.message === 'string'
}

function failed(filter: Filter, what: string): Verdict {
  const message = `The filter ${filter.name} could not judge the host.`
  return no({ code: 'filter.failed', message, detail: { filter: filter.name, what: what.slice(0, 500) } }, 'never')
}
