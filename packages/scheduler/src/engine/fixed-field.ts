import type { Board } from './board.ts'
import { UNKNOWN, type Field } from './field.ts'
import { ANY, BLOCK, MIXED, PER_SECTION, type Fleet } from './fleet.ts'
import type { Lane } from './lane.ts'
import { openPeaks } from './peaks.ts'

/** Where a host's weight is its own: the best are where the weights of the lane reach highest. */
export function fixedField(fleet: Fleet, lane: Lane, board: Board): Field {
  const peaks = openPeaks(fleet, lane, () => ({ values: board.scores, stride: 1, offset: 0, sign: 1 }))
  let turn = -1
  let top = Number.NEGATIVE_INFINITY
  let within = ANY
  const aside: number[] = []
  let tieCount = 0
  /** The last section that has a host as good as the best. */
  let topSection = 0

  const anew = (): void => {
    turn = board.turn
    peaks.anew()
  }
  const isIn = (slot: number): boolean => within === ANY || fleet.cells[slot] === within
  /** Whether all hosts of a section may be asked for, none, or some. */
  const partIn = (section: number): 'all' | 'none' | 'some' => {
    const cell = within === ANY ? ANY : fleet.sectionCells[section]
    return cell === within ? 'all' : cell === MIXED ? 'some' : 'none'
  }
  const bestOfBlock = (block: number): number => {
    let best = Number.NEGATIVE_INFINITY
    for (let left = lane.bits[block] as number; left !== 0; left &= left - 1) {
      const slot = block * BLOCK + 31 - Math.clz32(left & -left)
      if (isIn(slot)) best = Math.max(best, board.scores[slot] as number)
    }
    return best
  }
  const bestOfSection = (section: number): number => {
    const part = partIn(section)
    if (part === 'all') return peaks.best[section] as number
    let best = Number.NEGATIVE_INFINITY
    if (part === 'none') return best
    const end = (section + 1) * PER_SECTION
    for (let block = end - PER_SECTION; block < end; block++) {
      if ((peaks.blockBest[block] as number) > best) best = Math.max(best, bestOfBlock(block))
    }
    return best
  }
  /** Where one host in a section is the best. */
  const firstIn = (section: number): number => {
    const end = (section + 1) * PER_SECTION
    for (let block = end - PER_SECTION; block < end; block++) {
      if (peaks.blockBest[block] !== top) continue
      for (let left = lane.bits[block] as number; left !== 0; left &= left - 1) {
        const slot = block * BLOCK + 31 - Math.clz32(left & -left)
        if (board.scores[slot] === top) return slot
      }
    }
    return -1
  }
  const tiesOf = (section: number, best: number, ties: number): number => {
    if (best < top) return 0
    const part = partIn(section)
    if (part === 'none') return 0
    return part === 'all' && best === top ? ties : UNKNOWN
  }
  const sectionTies = (at: number): number => tiesOf(at, peaks.best[at] as number, peaks.sectionTies[at] as number)
  return {
    anew,
    changed: peaks.changed,
    sync: () => {
      if (turn !== board.turn) anew()
    },
    spanOf: () => ({ least: 0, most: 0, failures: 0 }),
    // Its weights count every weigher.
    takes: (measures) => measures.every(({ failures }) => failures === 0),
    open: () => undefined,
    isOpen: true,
    get tieCount() {
      return tieCount
    },
    get topSlot() {
      return firstIn(topSection)
    },
    setAside: (slot) => {
      if (lane.leaveOut(slot)) aside.push(slot)
    },
    takeBack: () => lane.putBack(aside.splice(0)),
    best: (cell) => {
      within = fleet.cellCount > 1 ? cell : ANY
      top = within === ANY ? peaks.most() : Number.NEGATIVE_INFINITY
      tieCount = 0
      for (let at = 0; at < peaks.best.length; at++) {
        const most = peaks.best[at] as number
        if (most < top || most === Number.NEGATIVE_INFINITY) continue
        if (peaks.isStale(at)) peaks.refresh(at)
        const best = bestOfSection(at)
        if (best < top || best === Number.NEGATIVE_INFINITY) continue
        if (best > top) tieCount = 0
        top = best
        topSection = at
        const ties = sectionTies(at)
        tieCount = ties === UNKNOWN || tieCount === UNKNOWN ? UNKNOWN : tieCount + ties
      }
      return top
    },
    sectionTies,
    blockTies: (at) => {
      const section = Math.trunc(at / PER_SECTION)
      // What is remembered of blocks holds where somebody looked.
      if ((peaks.best[section] as number) < top) return 0
      return tiesOf(section, peaks.blockBest[at] as number, peaks.blockTies[at] as number)
    },
    isTie: (slot) => lane.has(slot) && isIn(slot) && board.scores[slot] === top,
  }
}
