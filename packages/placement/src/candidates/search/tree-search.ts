import type { Options } from '../request/options.ts'
import type { Plan } from '../request/plan.ts'
import type { Reach } from '../request/reach.ts'
import { alikeIn } from './alike.ts'
import { openBoard } from './board.ts'
import { canFill, type Fuel } from './lookahead.ts'
import { rulesOf } from './rules.ts'
import { stateKey } from './state-key.ts'

/** The node of each slot, in the order of the slots. */
export type Assignment = readonly number[]

/** All ways to serve a request from one reach, one after the other. */
export interface TreeSearch {
  /** `pause`: the fuel is used up; ask again. `end`: there are no more of this half. */
  next(fuel: Fuel): Assignment | 'pause' | 'end'
  /**
   * Goes on to the second half: those that differ from one of the first half only in which of several providers that
   * are alike they use. False: there are none.
   */
  rest(): boolean
  /** It ended before it had looked at everything. */
  readonly gaveUp: boolean
}

/** Dead ends since the last find, from which on it looks further ahead and remembers them. */
const TROUBLE = 2

/**
 * Depth first, the slot with the fewest options first. A state without a way on is remembered up to the exchange of
 * nodes that are alike, so that eight equal devices are not tried in 8! orders.
 * @param patience fuel that it may burn without a find before it gives up
 */
export function treeSearch(plan: Plan, reach: Reach, options: Options, patience: number): TreeSearch {
  const order = [...options.keys()].sort((a, b) => at(options, a).length - at(options, b).length)
  const board = openBoard(plan, reach, options)
  const holds = rulesOf(plan, reach, options)
  const { kinds, previous } = alikeIn(reach.tree.providers)
  const dead = new Set<string>()
  const cursors = order.map(() => 0)
  /** Which depths chose a node although one that is alike, and comes before it, was free. */
  const late = order.map(() => false)
  /** How many assignments stood when a depth was entered. */
  const stoodBefore = order.map(() => 0)
  let half: 'first' | 'rest' = 'first'
  let depth = order.length > 0 ? 0 : -1
  let stood = 0
  let barren = 0
  let deadEnds = 0
  let troubled = false
  let gaveUp = false

  const enter = (next: number): void => {
    depth = next
    cursors[depth] = 0
    stoodBefore[depth] = stood
  }
  const leave = (): void => {
    if (stoodBefore[depth] === stood) {
      deadEnds++
      if (troubled && depth > 0) dead.add(keyAt(depth))
    }
    depth--
  }
  const keyAt = (filled: number): string => stateKey(plan, order.slice(0, filled), board.chosen, kinds)
  const isLate = (node: number): boolean => {
    const twin = previous[node] ?? -1
    return twin >= 0 && board.held(node) === 0 && board.held(twin) === 0
  }
  const canGoOn = (fuel: Fuel): boolean =>
    !dead.has(keyAt(depth + 1)) && canFill(plan, options, board, order.slice(depth + 1), fuel)
  const takes = (slot: number, node: number, fuel: Fuel): boolean => {
    const isSecond = isLate(node)
    if ((isSecond && half === 'first') || !board.fits(slot, node)) return false
    board.take(slot, node)
    late[depth] = isSecond
    if (holds(board.chosen) && (!troubled || canGoOn(fuel))) return true
    board.release(slot)
    return false
  }
  const lookCloser = (fuel: Fuel): void => {
    troubled = true
    if (stood > 0) return
    for (const slot of order) if (at(board.chosen, slot) >= 0) board.release(slot)
    enter(0)
    if (!canFill(plan, options, board, order, fuel)) depth = -1
  }
  /** One option of one slot. True: every slot has a node. */
  const step = (fuel: Fuel): boolean => {
    const slot = at(order, depth)
    if (at(board.chosen, slot) >= 0) board.release(slot)
    const node = at(options, slot)[at(cursors, depth)]
    if (node === undefined) {
      leave()
      return false
    }
    cursors[depth] = at(cursors, depth) + 1
    if (!takes(slot, node, fuel)) return false
    if (depth < order.length - 1) {
      enter(depth + 1)
      return false
    }
    stood++
    barren = 0
    deadEnds = 0
    return half === 'first' || late.includes(true)
  }
  return {
    get gaveUp() {
      return gaveUp
    },
    next: (fuel) => {
      while (depth >= 0 && !gaveUp) {
        if (fuel.left <= 0) return 'pause'
        const before = fuel.left--
        if (step(fuel)) return board.chosen.slice()
        barren += before - fuel.left
        if (deadEnds >= TROUBLE && !troubled) lookCloser(fuel)
        gaveUp = barren > patience
      }
      return 'end'
    },
    rest: () => {
      const hasTwins = options.some((nodes) => nodes.some((node) => (previous[node] ?? -1) >= 0))
      if (half === 'rest' || stood === 0 || gaveUp || !hasTwins) return false
      half = 'rest'
      enter(0)
      return true
    },
  }
}

function at<T>(list: readonly T[], position: number): T {
  return list[position] as T
}
