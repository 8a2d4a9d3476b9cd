import { baseFrom, openAim } from './aim.ts'
import type { Board, Measure, Strand } from './board.ts'
import { ANY, MIXED, UNKNOWN, type Field } from './field.ts'
import { BLOCK, PER_SECTION, type Fleet } from './fleet.ts'
import type { Lane } from './lane.ts'
import { openTiers } from './relative-tiers.ts'
import { spanIn } from './tier.ts'

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
  const aim = openAim(board)
  const tiers = openTiers(fleet, lane, board, aim)
  const { blocks, sections } = tiers
  /** By section, what the last search found of ties, which counts if the best was then the best of now. */
  let tiesIn = new Int32Array(0)
  let foundUnder = new Int32Array(0)
  let under = 0
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

  const anew = (): void => {
    turn = board.turn
    tiers.anew()
    tiesIn = new Int32Array(sections.best.length)
    foundUnder = new Int32Array(sections.best.length)
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
        under++
      }
      tieCount++
    }
  }
  /** Ties in a block, or {@link UNKNOWN}: somebody there may be better than the best so far, or just as good. */
  const tiesInBlock = (at: number): number => {
    if (aim.bound(blocks, blocks.best, at) < topSum - aim.margin) return 0
    if (topSlot === -1 || (within !== ANY && blocks.cell[at] !== within)) return UNKNOWN
    if (!aim.alike(blocks.like[at] as number, topSlot)) return UNKNOWN
    return aim.bound(blocks, blocks.next, at) < topSum - aim.margin ? (blocks.ties[at] as number) : UNKNOWN
  }
  const tiesInSection = (at: number): number => {
    if ((tiers.bounds[at] as number) < topSum - aim.margin) return 0
    if (topSlot === -1 || (within !== ANY && sections.cell[at] !== within)) return UNKNOWN
    if ((tiers.nextBounds[at] as number) >= topSum - aim.margin || !aim.isRow(topSlot, tiers.rows, at)) return UNKNOWN
    return sections.ties[at] as number
  }
  const lookInto = (at: number): void => {
    const end = (at + 1) * PER_SECTION
    for (let each = end - PER_SECTION; each < end; each++) {
      const ties = tiesInBlock(each)
      if (ties === UNKNOWN) lookIntoBlock(each)
      else tieCount += ties
    }
  }
  const search = (at: number): void => {
    const ties = tiesInSection(at)
    tiesIn[at] = ties
    foundUnder[at] = under
    if (ties === UNKNOWN) lookInto(at)
    else tieCount += ties
  }
  const mostPromising = (): number => {
    let found = -1
    let most = Number.NEGATIVE_INFINITY
    for (let at = 0; at < sections.best.length; at++) {
      const bound = tiers.bounds[at] as number
      if (bound <= most) continue
      most = bound
      found = at
    }
    return found
  }
  return {
    anew,
    block: tiers.block,
    section: tiers.section,
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
      for (let at = 0; at < sections.best.length; at++) tiers.setBounds(at)
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
      search(first)
      for (let at = 0; at < sections.best.length; at++) if (at !== first) search(at)
      if (looked > 2) board.labour(looked - 2)
      return top
    },
    sectionTies: (at) => {
      const ties = tiesIn[at] as number
      return ties > 0 && foundUnder[at] !== under ? 0 : ties
    },
    blockTies: (at) => {
      if (within !== ANY && blocks.cell[at] !== within && blocks.cell[at] !== MIXED) return 0
      return tiesInBlock(at)
    },
    isTie: (slot) => {
      if (!lane.has(slot) || (within !== ANY && fleet.cells[slot] !== within)) return false
      return aim.alike(slot, topSlot) || board.weightAt(slot, measures) === top
    },
  }
}
