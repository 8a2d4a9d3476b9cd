import type { HostState, RequestSpec } from '@novakit/core'
import type { RequestTraits, SpotWeigher } from './traits.ts'
import type { View } from './view.ts'

/**
 * Gives each host that passed the filters a raw score; higher wins. The scores of one ranking are brought to 0…1 and
 * added up, each times its multiplier. A weigher is as pure as a filter.
 */
export interface Weigher {
  readonly name: string
  /** Unless the policy says otherwise. Negative prefers low scores. */
  readonly multiplier: number
  /** Key of aggregate metadata that overrides the multiplier for the hosts of that aggregate (Nova: an option's name). */
  readonly option?: string
  /** The multiplier counts with its sign turned, that of the policy and that of an aggregate alike. */
  readonly negated?: boolean
  /** Scores below count as this much, and it is the lower end of the scale whatever the scores are. */
  readonly min?: number
  /** Likewise the upper end. */
  readonly max?: number
  /** Its score changes only when the host itself does: of the view it reads neither `server` nor `group` nor `hosts`. */
  readonly readsHostOnly?: boolean
  /** As with filters: all that it reads of a request, which vouches that the score follows from this and the host. */
  reads?(request: RequestTraits): unknown
  /** Its score does not hang on how much of the host's resources is used. */
  readonly ignoresUsage?: boolean
  /** Instead of `reads`, as with filters. */
  readonly spot?: SpotWeigher
  /** Scores that count 0 and 1 under the fixed normalisation. Default: `min` and `max`, and without them 0 and 1. */
  readonly scale?: Scale
  /** False: it has no preference for this request. Asked once per decision. */
  applies?(request: RequestSpec, view: View): boolean
  /** Finite. */
  score(host: HostState, request: RequestSpec, view: View): number
}

/** The low end and the high end, which are not equal. */
export type Scale = readonly [low: number, high: number]

/** A weigher as a policy holds it. */
export interface WeightedWeigher {
  readonly weigher: Weigher
  readonly multiplier: number
  /** In place of the weigher's own. */
  readonly scale?: Scale
}

/** Multipliers beyond this are taken for mistakes: with them sums of scores lose their lower digits. */
export const MULTIPLIER_MAX = 1e12

/** What a weigher that failed is given in place of a score. */
export const FAILED = Number.POSITIVE_INFINITY

/** The raw score within the weigher's own ends, or {@link FAILED} if it throws or gives no finite number. */
export function scoreOf(weigher: Weigher, host: HostState, request: RequestSpec, view: View): number {
  try {
    const score: unknown = weigher.score(host, request, view)
    if (typeof score !== 'number' || !Number.isFinite(score)) return FAILED
    return Math.min(Math.max(score, weigher.min ?? score), weigher.max ?? Number.MAX_VALUE)
  } catch {
    return FAILED
  }
}

/** Whether a weigher takes part. One that fails at this takes part, and fails there. */
export function takesPart(weigher: Weigher, request: RequestSpec, view: View): boolean {
  try {
    return weigher.applies?.(request, view) !== false
  } catch {
    return true
  }
}
