import type { HostState } from '@novakit/core'
import type { Policy } from '../policy/policy.ts'
import type { Ranking } from './rank.ts'
import type { Stream } from './stream.ts'

/** Hands out the hosts of a ranking, best first, each once. */
export interface Order {
  /** The index in the ranking of the best host left, of those that `allowed` takes; null if there is none. */
  next(allowed?: (index: number) => boolean): number | null
}

/**
 * Best first; equals in the order that the policy's `tieBreak` says. Drawing one among equals each time is the same as
 * shuffling them, and draws no more often than hosts are asked for.
 */
export function orderOf(ranking: Ranking, hosts: readonly HostState[], policy: Policy, stream: Stream): Order {
  const { positions, weights } = ranking
  const taken = new Set<number>()
  const top = policy.shuffleBest ? greatest(weights) : Number.NaN
  const isFree = (index: number): boolean => !taken.has(index)
  const nodeAt = (index: number): HostState => hosts[positions[index] as number] as HostState
  return {
    next: (allowed) => {
      const tied = heaviest(weights, allowed === undefined ? isFree : (index) => isFree(index) && allowed(index))
      const first = tied[0]
      if (first === undefined) return null
      const drawn = tied.length > 1 && (policy.tieBreak === 'random' || weights[first] === top)
      const next = drawn
        ? (tied[stream.below(tied.length)] as number)
        : policy.tieBreak === 'name'
          ? tied.reduce((least, each) => (byName(nodeAt(each), nodeAt(least)) < 0 ? each : least))
          : first
      taken.add(next)
      return next
    },
  }
}

/**
 * The index of the chosen host in the ranking: one drawn among the `hostSubsetSize` best.
 * Source: nova/scheduler/manager.py, `_get_sorted_hosts`.
 */
export function choose(order: Order, policy: Policy, stream: Stream): number | null {
  if (policy.hostSubsetSize === 1) return order.next()
  const best: number[] = []
  while (best.length < policy.hostSubsetSize) {
    const next = order.next()
    if (next === null) break
    best.push(next)
  }
  return best.length === 0 ? null : (best[stream.below(best.length)] as number)
}

function heaviest(weights: Float64Array, allowed: (index: number) => boolean): readonly number[] {
  let most = Number.NEGATIVE_INFINITY
  let tied: number[] = []
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] as number
    if (weight < most || !allowed(index)) continue
    if (weight > most) {
      most = weight
      tied = [index]
    } else tied.push(index)
  }
  return tied
}

function greatest(weights: Float64Array): number {
  return weights.reduce((most, weight) => Math.max(most, weight), Number.NEGATIVE_INFINITY)
}

/** By code unit, so that no locale has a say. */
export function byName(a: HostState, b: HostState): number {
  const [left, right] = a.host === b.host ? [a.node, b.node] : [a.host, b.host]
  return left < right ? -1 : left > right ? 1 : 0
}
