import type { Board } from './board.ts'
import { ANY, MIXED, UNKNOWN, type Field } from './field.ts'
import { BLOCK, PER_SECTION, SECTION, type Fleet } from './fleet.ts'
import type { Lane } from './lane.ts'

/**
 * Where a host's weight is its own, a block remembers its best weight and how many hosts have it, and a section what its
 * blocks remember. Only where hosts change are they looked at again.
 */
export function fixedField(fleet: Fleet, lane: Lane, board: Board): Field {
  const blocks = tier()
  const sections = tier()
  let turn = -1
  let top = Number.NEGATIVE_INFINITY
  let within = ANY
  let tieCount = 0
  /** The last section that has a host as good as the best. */
  let topSection = 0

  const block = (at: number): void => {
    const { scores } = board
    const { cells } = fleet
    const mixed = fleet.cellCount > 1
    let best = Number.NEGATIVE_INFINITY
    let ties = 0
    // While there is one cell, its number is 0.
    let cell = mixed ? ANY : 0
    for (let left = lane.bits[at] as number; left !== 0; left &= left - 1) {
      const slot = at * BLOCK + 31 - Math.clz32(left & -left)
      const weight = scores[slot] as number
      if (weight > best) {
        best = weight
        ties = 0
      }
      if (weight === best) ties++
      if (mixed) cell = together(cell, cells[slot] as number)
    }
    blocks.best[at] = best
    blocks.ties[at] = ties
    blocks.cell[at] = cell
  }
  const section = (at: number): void => {
    let best = Number.NEGATIVE_INFINITY
    let ties = 0
    let cell = ANY
    const end = (at + 1) * PER_SECTION
    for (let each = end - PER_SECTION; each < end; each++) {
      const weight = blocks.best[each] as number
      if (weight > best) {
        best = weight
        ties = 0
      }
      if (weight === best) ties += blocks.ties[each] as number
      if (weight > Number.NEGATIVE_INFINITY) cell = together(cell, blocks.cell[each] as number)
    }
    sections.best[at] = best
    sections.ties[at] = ties
    sections.cell[at] = cell
  }
  const anew = (): void => {
    turn = board.turn
    blocks.resize(fleet.capacity / BLOCK)
    sections.resize(fleet.capacity / SECTION)
    for (let at = 0; at < blocks.best.length; at++) block(at)
    for (let at = 0; at < sections.best.length; at++) section(at)
  }
  const isIn = (cell: number): boolean => within === ANY || cell === within
  const bestOfBlock = (at: number): number => {
    const cell = blocks.cell[at] as number
    if (within === ANY || cell === within) return blocks.best[at] as number
    let best = Number.NEGATIVE_INFINITY
    if (cell !== MIXED) return best
    for (let left = lane.bits[at] as number; left !== 0; left &= left - 1) {
      const slot = at * BLOCK + 31 - Math.clz32(left & -left)
      if (isIn(fleet.cells[slot] as number)) best = Math.max(best, board.scores[slot] as number)
    }
    return best
  }
  const bestOfSection = (at: number): number => {
    const cell = sections.cell[at] as number
    if (within === ANY || cell === within) return sections.best[at] as number
    let best = Number.NEGATIVE_INFINITY
    if (cell !== MIXED) return best
    const end = (at + 1) * PER_SECTION
    for (let each = end - PER_SECTION; each < end; each++) {
      if ((blocks.best[each] as number) > best) best = Math.max(best, bestOfBlock(each))
    }
    return best
  }
  /** Where one host in a section is the best. */
  const firstIn = (at: number): number => {
    const end = (at + 1) * PER_SECTION
    for (let each = end - PER_SECTION; each < end; each++) {
      if (blocks.best[each] !== top) continue
      for (let left = lane.bits[each] as number; left !== 0; left &= left - 1) {
        const slot = each * BLOCK + 31 - Math.clz32(left & -left)
        if (board.scores[slot] === top) return slot
      }
    }
    return -1
  }
  const tiesOf = ({ best, ties, cell }: Tier, at: number): number => {
    if ((best[at] as number) < top) return 0
    if (within === ANY || cell[at] === within) return best[at] === top ? (ties[at] as number) : UNKNOWN
    return cell[at] === MIXED ? UNKNOWN : 0
  }
  return {
    anew,
    block,
    section,
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
    best: (cell) => {
      top = Number.NEGATIVE_INFINITY
      within = fleet.cellCount > 1 ? cell : ANY
      tieCount = 0
      for (let at = 0; at < sections.best.length; at++) {
        const most = sections.best[at] as number
        if (most < top || most === Number.NEGATIVE_INFINITY) continue
        const best = bestOfSection(at)
        if (best < top) continue
        if (best > top) tieCount = 0
        top = best
        topSection = at
        const ties = tiesOf(sections, at)
        tieCount = ties === UNKNOWN || tieCount === UNKNOWN ? UNKNOWN : tieCount + ties
      }
      return top
    },
    sectionTies: (at) => tiesOf(sections, at),
    blockTies: (at) => tiesOf(blocks, at),
    isTie: (slot) => lane.has(slot) && isIn(fleet.cells[slot] as number) && board.scores[slot] === top,
  }
}

interface Tier {
  best: Float64Array
  ties: Uint16Array
  cell: Int32Array
}

function tier(): Tier & { resize(length: number): void } {
  const made = {
    best: new Float64Array(0),
    ties: new Uint16Array(0),
    cell: new Int32Array(0),
    resize: (length: number) => {
      if (made.best.length === length) return
      made.best = new Float64Array(length)
      made.ties = new Uint16Array(length)
      made.cell = new Int32Array(length)
    },
  }
  return made
}

function together(cell: number, other: number): number {
  return cell === ANY || cell === other ? other : MIXED
}
