import type { HostState } from '@novakit/core'
import type { Order } from '../decide/pick.ts'
import { byName } from '../decide/pick.ts'
import type { Stream } from '../decide/stream.ts'
import type { Policy } from '../policy/policy.ts'
import type { Field } from './field.ts'
import { ANY, type Fleet } from './fleet.ts'
import type { Plan } from './plans.ts'
import type { Single } from './singles.ts'
import { tiesWith } from './ties.ts'

/** The hosts that can take a server, weighed. */
export interface Standing {
  /** How many there are. */
  readonly count: number
  /** Those of the lane, by weight; null if none of them can. */
  readonly field: Field | null
  /** Those by themselves that can. */
  readonly singles: readonly Single[]
  /** The greatest weight. */
  readonly top: number
  weightAt(slot: number): number
}

/** What hands out slots, best first, until it is closed. */
export interface SlotOrder extends Order {
  /** Slots of the hosts that it has handed out are free again. */
  close(): void
}

export interface OrderOptions {
  /** Only hosts of this cell, or of {@link ANY}. */
  readonly cell: number
  /** These are not handed out. */
  readonly taken: ReadonlySet<number>
}

/** As `orderOf` hands out positions: equals in the order that the policy's `tieBreak` says. */
export function slotOrder(
  fleet: Fleet,
  plan: Plan | null,
  standing: Standing,
  policy: Policy,
  stream: Stream,
  { cell, taken }: OrderOptions,
): SlotOrder {
  const lane = plan?.lane ?? null
  const out = new Set<number>()
  const leftOut: number[] = []
  const { field } = standing
  const leave = (slot: number): void => {
    out.add(slot)
    if (lane?.leaveOut(slot) === true) leftOut.push(slot)
  }
  if (field !== null) for (const slot of taken) if (lane?.has(slot) === true) leave(slot)
  const isFree = ({ slot }: Single): boolean =>
    !out.has(slot) && !taken.has(slot) && (cell === ANY || fleet.cells[slot] === cell)
  const hostAt = (slot: number): HostState => fleet.hosts[slot] as HostState
  return {
    next: () => {
      const inField = field === null || lane === null || lane.count === 0 ? Number.NEGATIVE_INFINITY : field.best(cell)
      const singles = standing.singles.filter(isFree)
      const most = singles.reduce((best, { weight }) => Math.max(best, weight), inField)
      if (most === Number.NEGATIVE_INFINITY) return null
      const others = singles
        .filter(({ weight }) => weight === most)
        .map(({ slot }) => slot)
        .toSorted((a, b) => a - b)
      const ties = tiesWith(fleet, plan?.ties ?? null, inField === most ? field : null, others)
      const drawn = ties.count > 1 && (policy.tieBreak === 'random' || most === standing.top)
      let next = ties.at(0)
      if (drawn) next = ties.at(stream.below(ties.count))
      else if (policy.tieBreak === 'name') {
        for (let at = 1; at < ties.count; at++) {
          const slot = ties.at(at)
          if (byName(hostAt(slot), hostAt(next)) < 0) next = slot
        }
      }
      leave(next)
      return next
    },
    close: () => lane?.putBack(leftOut.splice(0)),
  }
}
