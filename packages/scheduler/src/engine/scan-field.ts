import { FAILED } from '../decide/weigher.ts'
import type { Board, Measure } from './board.ts'
import { UNKNOWN, type Field } from './field.ts'
import { ANY, type Fleet } from './fleet.ts'
import type { Lane } from './lane.ts'

/** Looks at each host of the lane, every time: right under any measures, where no index can be made. */
export function scanField(fleet: Fleet, lane: Lane, board: Board): Field {
  let measures: readonly Measure[] = []
  let top = Number.NEGATIVE_INFINITY
  let within = ANY
  const aside: number[] = []
  const each = (visit: (slot: number) => void): void => {
    const { bits } = lane
    for (let block = 0; block < bits.length; block++) {
      for (let left = bits[block] as number; left !== 0; left &= left - 1) {
        visit(block * 16 + 31 - Math.clz32(left & -left))
      }
    }
  }
  return {
    anew: () => undefined,
    changed: () => undefined,
    sync: () => undefined,
    spanOf: (strand) => {
      const values = board.strands[strand]?.column.values ?? new Float64Array(0)
      let least = Number.POSITIVE_INFINITY
      let most = Number.NEGATIVE_INFINITY
      let failures = 0
      each((slot) => {
        const raw = values[slot] as number
        if (raw === FAILED) failures++
        if (raw < least) least = raw
        if (raw > most) most = raw
      })
      return { least, most, failures }
    },
    takes: () => true,
    open: (next) => {
      measures = next
    },
    isOpen: false,
    tieCount: UNKNOWN,
    topSlot: -1,
    setAside: (slot) => {
      if (lane.leaveOut(slot)) aside.push(slot)
    },
    takeBack: () => lane.putBack(aside.splice(0)),
    best: (cell) => {
      top = Number.NEGATIVE_INFINITY
      within = cell
      each((slot) => {
        if (cell !== ANY && fleet.cells[slot] !== cell) return
        const weight = board.weightAt(slot, measures)
        if (weight > top) top = weight
      })
      return top
    },
    sectionTies: () => UNKNOWN,
    blockTies: () => UNKNOWN,
    isTie: (slot) =>
      lane.has(slot) && (within === ANY || fleet.cells[slot] === within) && board.weightAt(slot, measures) === top,
  }
}
