import { openAim } from './aim.ts'
import type { Board, Measure } from './board.ts'
import { openBounds } from './bounds.ts'
import type { Crowd } from './crowd.ts'
import { UNKNOWN, type Field } from './field.ts'
import { BLOCK, PER_SECTION, type Fleet } from './fleet.ts'
import { openFronts } from './fronts.ts'
import type { Lane } from './lane.ts'
import { openScope } from './scope.ts'

/**
 * Where weights are relative to the extremes among the hosts, a weight is, but for a constant, `Σ c[i] × raw[i]`, and
 * the factors c change whenever an extreme does. Whatever they are, the best host is one that no other one dominates:
 * each section keeps its front of those, and gives an exact bound for any c of the cone in a few multiplications. Only
 * sections that may hold the best host by this bound are looked into.
 */
export function relativeField(fleet: Fleet, lane: Lane, board: Board, crowd: Crowd): Field {
  const aim = openAim(board, crowd.cone)
  const fronts = openFronts(fleet, lane, board, crowd.cone, crowd.fronts)
  const bounds = openBounds(fleet, fronts)
  const scope = openScope(fleet)
  /** By section, what the last search found of ties, which counts if the best was then the best of now. */
  let tiesIn = new Int32Array(0)
  let foundUnder = new Int32Array(0)
  let under = 0
  let turn = -1
  let coneTurn = -1
  let measures: readonly Measure[] = []
  /** Of the best host: its sum under c, its weight, and its slot. */
  let topSum = Number.NEGATIVE_INFINITY
  let top = Number.NEGATIVE_INFINITY
  let topSlot = -1
  let tieCount = 0

  const frontsAnew = (): void => {
    coneTurn = crowd.cone.turn
    fronts.anew()
    bounds.anew()
  }
  const anew = (): void => {
    turn = board.turn
    frontsAnew()
    tiesIn = new Int32Array(bounds.of.length)
    foundUnder = new Int32Array(bounds.of.length)
  }
  const consider = (slot: number, sum: number, ties: number): void => {
    if (sum < topSum - aim.margin) return
    if (sum > topSum) topSum = sum
    const weight = board.weightAt(slot, measures)
    if (weight < top) return
    if (weight > top) {
      top = weight
      topSlot = slot
      tieCount = 0
      under++
    }
    tieCount += ties
  }
  const considerRow = (row: number): void =>
    consider(fronts.rows.slotOf(row), fronts.rows.sumOf(row, aim.factors), fronts.rows.tiesOf(row))
  /** Whether the rows of a section are all that may be asked for there. */
  const isPlain = (section: number): boolean => fronts.isNarrow(section) && scope.hasAllOfSection(section)
  /** Considers the hosts of a section one by one: those that lead their block, and all of a block that is not all in scope. */
  const lookInto = (section: number): void => {
    const first = section * PER_SECTION
    for (let block = first; block < first + PER_SECTION; block++) {
      let left = scope.hasAllOfBlock(block) ? fronts.leadersOf(block) : (lane.bits[block] as number)
      for (; left !== 0; left &= left - 1) {
        const slot = block * BLOCK + 31 - Math.clz32(left & -left)
        const sum = sumAt(board, slot, aim.factors)
        if (sum >= topSum - aim.margin && scope.has(slot)) consider(slot, sum, 1)
      }
    }
  }
  const search = (section: number): void => {
    const limit = topSum - aim.margin
    tiesIn[section] = 0
    if (fronts.isStale(section) && (bounds.of[section] as number) >= limit) {
      fronts.refresh(section)
      bounds.renew(section)
    }
    if ((bounds.of[section] as number) < limit || bounds.of[section] === Number.NEGATIVE_INFINITY) return
    const before = tieCount
    const beforeUnder = under
    if (isPlain(section)) fronts.rowsOf(section, considerRow)
    else lookInto(section)
    tiesIn[section] = under === beforeUnder ? tieCount - before : tieCount
    foundUnder[section] = under
  }
  /** The greatest bound that some host is known to reach. */
  const surest = (): number => {
    let most = Number.NEGATIVE_INFINITY
    for (let at = 0; at < bounds.of.length; at++) {
      const bound = bounds.of[at] as number
      if (bound > most && !fronts.isStale(at) && isPlain(at)) most = bound
    }
    return most
  }
  const isTie = (slot: number): boolean => {
    if (!lane.has(slot) || !scope.has(slot) || sumAt(board, slot, aim.factors) < topSum - aim.margin) return false
    return slot === topSlot || board.weightAt(slot, measures) === top
  }
  return {
    anew,
    changed: (slot) => {
      if (turn !== board.turn) return
      fronts.changed(slot)
      bounds.changed(slot)
    },
    sync: () => {
      if (turn !== board.turn) anew()
    },
    spanOf: (strand) => crowd.spanIn(lane, strand),
    takes: (next) => next.every(({ range, failures }) => range >= 0 && failures === 0) && aim.take(next),
    open: (next) => {
      measures = next
      aim.take(measures)
      crowd.renew()
      if (coneTurn !== crowd.cone.turn) frontsAnew()
      bounds.take(aim.factors)
    },
    setAside: scope.setAside,
    takeBack: scope.takeBack,
    isOpen: false,
    get tieCount() {
      return tieCount
    },
    get topSlot() {
      return topSlot
    },
    best: (cell) => {
      scope.narrow(cell)
      bounds.sync()
      topSum = surest()
      top = Number.NEGATIVE_INFINITY
      topSlot = -1
      tieCount = 0
      for (let at = 0; at < bounds.of.length; at++) search(at)
      return top
    },
    sectionTies: (at) => (foundUnder[at] === under ? (tiesIn[at] as number) : 0),
    blockTies: (block) => {
      if (!scope.hasAllOfBlock(block)) return UNKNOWN
      let count = 0
      for (let left = fronts.leadersOf(block); left !== 0; left &= left - 1) {
        if (isTie(block * BLOCK + 31 - Math.clz32(left & -left))) count++
      }
      return count
    },
    isTie,
  }
}

function sumAt({ rows }: Board, slot: number, factors: Float64Array): number {
  const width = factors.length
  let sum = 0
  for (let at = 0; at < width; at++) sum += (factors[at] as number) * (rows[slot * width + at] as number)
  return sum
}
