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
  /**
   * Whether its lane had it, which tells all but what hangs on servers that are looked for. Null: the host is not as the
   * lane saw it.
   */
  usual: boolean | null
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

export function single(slot: number, host: HostState, usual: boolean | null): Single {
  return { slot, host, usual, eligible: null, passes: false, raws: [], weight: 0, judged: false }
}

export interface Court {
  rules(): Rules
  /** Those of its filters that look for servers. */
  readonly spots: readonly Filter[]
  readonly board: Board
  readonly request: RequestSpec
  /** At the beginning of the decision. */
  readonly first: View
}

/** As a decision without an engine asks it. */
export function judge(subject: Single, court: Court, view: View): void {
  const { board, request, first, spots } = court
  const { host, slot, usual } = subject
  subject.judged = true
  if (usual === null) subject.passes = isPassing(subject, court, view)
  else {
    const passes = (spot: Filter): boolean => ask(spot, host, request, spot.oncePerRequest === true ? first : view).ok
    subject.passes = usual && spots.every(passes)
  }
  if (!subject.passes) return
  subject.raws = board.strands.map(({ weigher, column }) =>
    usual === true && weigher.spot === undefined
      ? (column.values[slot] as number)
      : scoreOf(weigher, host, request, view),
  )
}

function isPassing(subject: Single, { rules, request, first }: Court, view: View): boolean {
  const { host } = subject
  const { destination, filters, hasRoom } = rules()
  const passes = (filter: Filter, seen: View): boolean => ask(filter, host, request, seen).ok
  subject.eligible ??=
    destination(host).ok && filters.every((filter) => filter.oncePerRequest !== true || passes(filter, first))
  return (
    subject.eligible &&
    filters.every((filter) => filter.oncePerRequest === true || passes(filter, view)) &&
    hasRoom(host)
  )
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
