import { baseFrom, openAim } from './aim.ts'
import type { Board, Measure, Strand } from './board.ts'
import { ANY, MIXED, UNKNOWN, type Field } from './field.ts'
import { BLOCK, PER_SECTION, SECTION, type Fleet } from './fleet.ts'
import type { Lane } from './lane.ts'
import { gatherBlocks, gatherHosts, spanIn, tier, type Tier } from './tier.ts'

/**
 * Where weights are relative to the extremes among the hosts, a weight is, but for a constant, `Σ c[i] × raw[i]`, and
 * the factors c change whenever an extreme does. A block remembers its greatest sum under the board's base factors b,
 * and its extreme raw scores. For any λ with |λ b[i]| ≤ |c[i]|,
 *
 *     Σ c[i] × raw[i]  =  λ Σ b[i] × raw[i]  +  Σ (c[i] - λ b[i]) × raw[i]
 *
 * is then at most λ × its greatest sum + Σ (c[i] - λ b[i]) × its extreme, which is close as long as c is nearly a
 * multiple of b. Only blocks that may hold the best host by this bound are looked into. Many hosts are often equal in
 * all raw scores, so a block remembers too how many are like its best, and the greatest sum among the others. When the
 * bounds let too many blocks pass, the factors of the day become the new base.
 */
export function relativeField(fleet: Fleet, lane: Lane, board: Board): Field {
  const blocks = tier()
  const sections = tier()
  const aim = openAim(board)
  const inBlock = new Int32Array(BLOCK)
  /** What each section may have at most, under the measures of now. */
  let bounds = new Float64Array(0)
  let turn = -1
  let measures: readonly Measure[] = []
  let within = ANY
  /** Of the best host: its sum under c, its weight, and its slot. */
  let topSum = Number.NEGATIVE_INFINITY
  let top = Number.NEGATIVE_INFINITY
  let topSlot = -1
  let tieCount = 0
  /** Blocks looked into in this search. */
  let looked = 0

  const block = (at: number): void => {
    let count = 0
    for (let left = lane.bits[at] as number; left !== 0; left &= left - 1) {
      inBlock[count++] = at * BLOCK + 31 - Math.clz32(left & -left)
    }
    gatherHosts(blocks, at, inBlock, count, board, aim)
    let cell = count === 0 ? ANY : (fleet.cells[inBlock[0] as number] as number)
    for (let i = 1; i < count; i++) if (fleet.cells[inBlock[i] as number] !== cell) cell = MIXED
    blocks.cell[at] = cell
  }
  const section = (at: number): void => {
    gatherBlocks(sections, at, blocks, aim)
    bounds[at] = aim.bound(sections, sections.best, at)
  }
  const anew = (): void => {
    turn = board.turn
    board.madeAnew(fleet.size / BLOCK)
    aim.sync()
    blocks.resize(fleet.capacity / BLOCK, aim.sides.length)
    sections.resize(fleet.capacity / SECTION, aim.sides.length)
    bounds = new Float64Array(sections.best.length)
    for (let at = 0; at < blocks.best.length; at++) block(at)
    for (let at = 0; at < sections.best.length; at++) section(at)
  }

  const lookIntoBlock = (at: number): void => {
    looked++
    for (let left = lane.bits[at] as number; left !== 0; left &= left - 1) {
      const slot = at * BLOCK + 31 - Math.clz32(left & -left)
      if (within !== ANY && fleet.cells[slot] !== within) continue
      const sum = aim.sumAt(slot)
      if (sum < topSum - aim.margin) continue
      if (sum > topSum) topSum = sum
      const weight = board.weightAt(slot, measures)
      if (weight < top) continue
      if (weight > top) {
        top = weight
        topSlot = slot
        tieCount = 0
      }
      tieCount++
    }
  }
  /** Whether nobody there is better than the best so far; those that are as good are counted. */
  const isBeaten = (of: Tier, at: number, bound: number): boolean => {
    if (bound < topSum - aim.margin) return true
    if (topSlot === -1 || (within !== ANY && of.cell[at] !== within)) return false
    if (!aim.alike(of.like[at] as number, topSlot)) return false
    if (aim.bound(of, of.next, at) >= topSum - aim.margin) return false
    tieCount += of.ties[at] as number
    return true
  }
  const lookInto = (at: number): void => {
    const end = (at + 1) * PER_SECTION
    for (let each = end - PER_SECTION; each < end; each++)
      if (!isBeaten(blocks, each, aim.bound(blocks, blocks.best, each))) lookIntoBlock(each)
  }
  const mostPromising = (): number => {
    let found = -1
    let most = Number.NEGATIVE_INFINITY
    for (let at = 0; at < sections.best.length; at++) {
      const bound = bounds[at] as number
      if (bound <= most) continue
      most = bound
      found = at
    }
    return found
  }
  const tiesOf = (of: Tier, at: number): number => {
    if (aim.bound(of, of.best, at) < topSum - aim.margin) return 0
    if (within !== ANY && of.cell[at] !== within) return of.cell[at] === MIXED ? UNKNOWN : 0
    if (!aim.alike(of.like[at] as number, topSlot)) return UNKNOWN
    return aim.bound(of, of.next, at) < topSum - aim.margin ? (of.ties[at] as number) : UNKNOWN
  }
  return {
    anew,
    block,
    section,
    sync: () => {
      if (turn !== board.turn) anew()
    },
    spanOf: (strand) => spanIn(sections, aim.sides, board.strands[strand] as Strand, strand),
    takes: (next) => next.every(({ range }) => range >= 0),
    open: (next) => {
      measures = next
      if (!aim.take(measures) || board.isStale) {
        board.rebase(baseFrom(board, aim.factors))
        anew()
        aim.take(measures)
      }
      for (let at = 0; at < bounds.length; at++) bounds[at] = aim.bound(sections, sections.best, at)
    },
    isOpen: false,
    get tieCount() {
      return tieCount
    },
    get topSlot() {
      return topSlot
    },
    best: (cell) => {
      within = fleet.cellCount > 1 ? cell : ANY
      topSum = Number.NEGATIVE_INFINITY
      top = Number.NEGATIVE_INFINITY
      topSlot = -1
      tieCount = 0
      looked = 0
      const first = mostPromising()
      if (first === -1) return top
      lookInto(first)
      for (let at = 0; at < sections.best.length; at++)
        if (at !== first && !isBeaten(sections, at, bounds[at] as number)) lookInto(at)
      if (looked > 2) board.labour(looked - 2)
      return top
    },
    sectionTies: (at) => tiesOf(sections, at),
    blockTies: (at) => tiesOf(blocks, at),
    isTie: (slot) => {
      if (!lane.has(slot) || (within !== ANY && fleet.cells[slot] !== within)) return false
      return aim.alike(slot, topSlot) || board.weightAt(slot, measures) === top
    },
  }
}
