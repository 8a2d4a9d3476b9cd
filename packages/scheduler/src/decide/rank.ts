import type { HostState, RequestSpec } from '@novakit/core'
import type { Policy } from '../policy/policy.ts'
import { leastOf } from './aggregates.ts'
import { FAILED, MULTIPLIER_MAX, scoreOf, takesPart, type Weigher, type WeightedWeigher } from './weigher.ts'
import type { View, World } from './view.ts'

/** Hosts that can take a server, and how much each of them weighs. */
export interface Ranking {
  /** Ascending positions in the snapshot. */
  readonly positions: readonly number[]
  /** In the order of `positions`. */
  readonly weights: Float64Array
  /** How the weights came about, in the policy's order. Empty where there was nothing to choose between. */
  readonly scales: readonly Scale[]
}

/** One weigher's part in a ranking. */
export interface Scale {
  readonly weigher: Weigher
  /** It failed on this many hosts, and so counts for none: a score of some hosts only would be no comparison. */
  readonly failures: number
  readonly low: number
  /** 0: all scores are equal, and count as 0. */
  readonly range: number
  rawAt(position: number): number
  multiplierAt(position: number): number
}

/** Scores hosts, and remembers the scores that only the host decides. */
export interface Board {
  rank(positions: readonly number[], view: View): Ranking
  changed(position: number): void
  readonly settled: boolean
}

export function openBoard(policy: Policy, request: RequestSpec, world: World, view: View): Board {
  const columns = policy.weighers
    .filter((each) => takesPart(each.weigher, request, view))
    .map((each) => columnOf(each, policy, request, world, view))
    .filter((column) => column !== null)
  return {
    rank: (positions, now) => {
      const weights = new Float64Array(positions.length)
      // Nova weighs nothing where there is nothing to choose (nova/weights.py, `get_weighed_objects`).
      if (positions.length <= 1) return { positions, weights, scales: [] }
      const scales = columns.map((column) => column.scale(positions, now))
      for (const scale of scales) addTo(weights, positions, scale)
      return { positions, weights, scales }
    },
    changed: (position) => columns.forEach((column) => column.forget(position)),
    settled: columns.every((column) => column.settled),
  }
}

/** `multiplier × (raw - low) / range`, weigher by weigher: the order of the additions is part of the answer. */
function addTo(weights: Float64Array, positions: readonly number[], scale: Scale): void {
  if (scale.failures > 0 || scale.range === 0) return
  for (let at = 0; at < positions.length; at++) {
    const position = positions[at] as number
    weights[at] = (weights[at] as number) + scale.multiplierAt(position) * normalised(scale, scale.rawAt(position))
  }
}

export function normalised({ low, range }: Scale, raw: number): number {
  return range === 0 ? 0 : (raw - low) / range
}

interface Column {
  scale(positions: readonly number[], view: View): Scale
  forget(position: number): void
  readonly settled: boolean
}

/** Null where the multiplier is 0 everywhere. */
function columnOf(
  each: WeightedWeigher,
  policy: Policy,
  request: RequestSpec,
  world: World,
  view: View,
): Column | null {
  const { weigher } = each
  const ends = endsOf(each, policy)
  const multiplierAt = multipliersOf(each, world.hosts, view)
  if (multiplierAt === null) return null
  const raw = new Float64Array(world.hosts.length).fill(Number.NaN)
  const settled = weigher.readsHostOnly === true
  const rawAt = (position: number): number => raw[position] as number
  return {
    settled,
    forget: (position) => {
      raw[position] = Number.NaN
    },
    scale: (positions, now) => {
      for (const position of positions) {
        if (settled && !Number.isNaN(rawAt(position))) continue
        raw[position] = scoreOf(weigher, world.hosts[position] as HostState, request, now)
      }
      return { weigher, rawAt, multiplierAt, ...span(ends, positions, rawAt) }
    },
  }
}

/** Where a scale begins and ends whatever the scores are, as far as that is fixed. */
export interface Ends {
  readonly low: number | undefined
  readonly high: number | undefined
}

/** Under Nova's normalisation the weigher's own ends, if it has any (nova/weights.py). */
export function endsOf({ weigher, scale }: WeightedWeigher, { normalisation }: Pick<Policy, 'normalisation'>): Ends {
  if (normalisation === 'relative') return { low: weigher.min, high: weigher.max }
  const [low, high] = scale ?? weigher.scale ?? [weigher.min ?? 0, weigher.max ?? 1]
  return { low, high }
}

/** The ends of the scale: those that are fixed, else the extremes of these hosts. */
function span(
  ends: Ends,
  positions: readonly number[],
  rawAt: (position: number) => number,
): { readonly failures: number; readonly low: number; readonly range: number } {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  let failures = 0
  for (const position of positions) {
    const score = rawAt(position)
    if (score === FAILED) failures++
    if (score < low) low = score
    if (score > high) high = score
  }
  return scaleOver(ends, low, high, failures, positions.length)
}

/** Scores so far apart that their distance is no number any more are as useless as a failure, on every host. */
export function scaleOver(
  ends: Ends,
  least: number,
  most: number,
  failures: number,
  hosts: number,
): { readonly failures: number; readonly low: number; readonly range: number } {
  const low = ends.low ?? least
  const range = (ends.high ?? most) - low
  return { failures: Number.isFinite(range) ? failures : failures || hosts, low, range }
}

/** Null: 0 for all hosts, so that nothing need be scored. */
function multipliersOf(
  { weigher, multiplier }: WeightedWeigher,
  hosts: readonly HostState[],
  { aggregates }: View,
): ((position: number) => number) | null {
  const sign = weigher.negated === true ? -1 : 1
  const { option } = weigher
  if (option === undefined || !aggregates.someKey((key) => key === option)) {
    return multiplier === 0 ? null : () => sign * multiplier
  }
  const accepts = (value: number): boolean => Math.abs(value) <= MULTIPLIER_MAX
  const each = Float64Array.from(hosts, (host) => sign * leastOf(aggregates.values(host, option), multiplier, accepts))
  return (position) => each[position] as number
}
