import type { HostState, RequestSpec } from '@novakit/core'
import { ask, type Filter } from '../decide/filter.ts'
import type { Rules } from '../decide/survey.ts'
import { scoreOf } from '../decide/weigher.ts'
import type { View } from '../decide/view.ts'
import type { Board, Measure, Strand } from './board.ts'

/** A host that is looked at by itself in one decision, as what the plan knows of it does not hold there. */
export interface Single {
  readonly slot: number
  host: HostState
  /** What is asked once for each decision: its answer, when it is known. */
  eligible: boolean | null
  /** Whether it can take the server. */
  passes: boolean
  /** By strand of the board. */
  raws: readonly number[]
  weight: number
  /** The answers above are of this host and of what is known of the group now. */
  judged: boolean
}

export function single(slot: number, host: HostState): Single {
  return { slot, host, eligible: null, passes: false, raws: [], weight: 0, judged: false }
}

export interface Court {
  readonly rules: Rules
  readonly board: Board
  readonly request: RequestSpec
  /** At the beginning of the decision. */
  readonly first: View
}

/** As a decision without an engine asks it. */
export function judge(subject: Single, { rules, board, request, first }: Court, view: View): void {
  const { host } = subject
  const passes = (filter: Filter, seen: View): boolean => ask(filter, host, request, seen).ok
  subject.judged = true
  subject.eligible ??=
    rules.destination(host).ok &&
    rules.filters.every((filter) => filter.oncePerRequest !== true || passes(filter, first))
  subject.passes =
    subject.eligible &&
    rules.filters.every((filter) => filter.oncePerRequest === true || passes(filter, view)) &&
    rules.hasRoom(host)
  if (subject.passes) subject.raws = board.strands.map(({ weigher }) => scoreOf(weigher, host, request, view))
}

export function weigh(subject: Single, board: Board, measures: readonly Measure[]): void {
  let weight = 0
  for (const [at, { failures, low, range }] of measures.entries()) {
    if (failures > 0 || range === 0) continue
    const { multiplier, multipliers } = board.strands[at] as Strand
    const share = ((subject.raws[at] as number) - low) / range
    weight += (multipliers === null ? multiplier : (multipliers[subject.slot] as number)) * share
  }
  subject.weight = weight
}
