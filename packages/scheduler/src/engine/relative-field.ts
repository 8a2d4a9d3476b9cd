import type { Board, Measure, Strand } from './board.ts'
import { ANY, UNKNOWN, type Field, type Span } from './field.ts'
import { BLOCK, SECTION, type Fleet } from './fleet.ts'
import type { Lane } from './lane.ts'

const PER_SECTION = SECTION / BLOCK
/** More than one cell is in it. */
const MIXED = -2

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
  const section = (at: number): void => gatherBlocks(sections, at, blocks, aim)
  const anew = (): void => {
    turn = board.turn
    board.madeAnew(fleet.size / BLOCK)
    aim.sync()
    blocks.resize(fleet.capacity / BLOCK, aim.sides.length)
    sections.resize(fleet.capacity / SECTION, aim.sides.length)
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
  const isBeaten = (of: Tier, at: number): boolean => {
    if (aim.bound(of, of.best, at) < topSum - aim.margin) return true
    if (topSlot === -1 || (within !== ANY && of.cell[at] !== within)) return false
    if (!aim.alike(of.like[at] as number, topSlot)) return false
    if (aim.bound(of, of.next, at) >= topSum - aim.margin) return false
    tieCount += of.ties[at] as number
    return true
  }
  const lookInto = (at: number): void => {
    const end = (at + 1) * PER_SECTION
    for (let each = end - PER_SECTION; each < end; each++) if (!isBeaten(blocks, each)) lookIntoBlock(each)
  }
  const mostPromising = (): number => {
    let found = -1
    let most = Number.NEGATIVE_INFINITY
    for (let at = 0; at < sections.best.length; at++) {
      const bound = aim.bound(sections, sections.best, at)
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
      if (aim.take(measures) && !board.isStale) return
      board.rebase(baseFrom(board, aim.factors))
      anew()
      aim.take(measures)
    },
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
      for (let at = 0; at < sections.best.length; at++) if (at !== first && !isBeaten(sections, at)) lookInto(at)
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

/** One end of the scores of a strand: which strand, and whether it is the upper end. */
interface Side {
  readonly strand: number
  readonly upper: boolean
  readonly values: Float64Array
}

/** What blocks, or sections, remember. */
interface Tier {
  /** The greatest sum under the base, and a slot that has it; -Infinity and -1 where there is no host. */
  best: Float64Array
  like: Int32Array
  /** How many hosts have the very raw scores of that slot, and the greatest sum among the others. */
  ties: Uint16Array
  next: Float64Array
  /** Extreme raw scores, one for each side. */
  extremes: Float64Array
  /** The only cell there, or {@link MIXED}. */
  cell: Int32Array
}

function tier(): Tier & { resize(length: number, sides: number): void } {
  const made = {
    best: new Float64Array(0),
    like: new Int32Array(0),
    ties: new Uint16Array(0),
    next: new Float64Array(0),
    extremes: new Float64Array(0),
    cell: new Int32Array(0),
    resize: (length: number, sides: number) => {
      if (made.best.length === length && made.extremes.length === length * sides) return
      made.best = new Float64Array(length)
      made.like = new Int32Array(length)
      made.ties = new Uint16Array(length)
      made.next = new Float64Array(length)
      made.extremes = new Float64Array(length * sides)
      made.cell = new Int32Array(length)
    },
  }
  return made
}

/** The factors of one decision, and how sums under them compare. */
interface Aim {
  readonly sides: readonly Side[]
  /** By strand. */
  readonly factors: Float64Array
  /** Sums closer than this may belong to equal weights, or to weights in the other order. */
  readonly margin: number
  sync(): void
  /** @returns false if there is no base to compare with */
  take(measures: readonly Measure[]): boolean
  /** At least the sum under the factors of any host there that is no better than `sums` under the base. */
  bound(of: Tier, sums: Float64Array, at: number): number
  sumAt(slot: number): number
  alike(slot: number, other: number): boolean
}

function openAim(board: Board): Aim {
  let sides: readonly Side[] = []
  let factors = new Float64Array(board.strands.length)
  /** For each strand that varies: its values, its factor, what the factor exceeds λ × base by, its outer side. */
  let values: readonly Float64Array[] = []
  let weights = new Float64Array(0)
  let excess = new Float64Array(0)
  let outer = new Int32Array(0)
  let scale = 0
  let margin = 0
  return {
    get sides() {
      return sides
    },
    get factors() {
      return factors
    },
    get margin() {
      return margin
    },
    sync: () => {
      const { varying, strands } = board
      sides = sidesOf(varying, strands)
      values = varying.map((at) => (strands[at] as Strand).column.values)
      weights = new Float64Array(varying.length)
      excess = new Float64Array(varying.length)
      outer = Int32Array.from(varying, (at) =>
        sides.findIndex((side) => side.strand === at && side.upper === (strands[at] as Strand).multiplier > 0),
      )
    },
    take: (measures) => {
      factors = Float64Array.from(measures, ({ range, failures }, at) =>
        range === 0 || failures > 0 ? 0 : (board.strands[at] as Strand).multiplier / range,
      )
      scale = scaleOf(board, measures, factors)
      margin = 0
      board.varying.forEach((at, each) => {
        // Where all scores are equal any factor will do.
        const factor = measures[at]?.range === 0 ? scale * (board.base[at] as number) : (factors[at] as number)
        weights[each] = factor
        excess[each] = factor - scale * (board.base[at] as number)
        margin += Math.abs(factor) * outermost(measures[at] as Measure) * 1e-12
      })
      // What is the same for all hosts rounds their weights off all the same.
      board.strands.forEach(({ multiplier }, at) => {
        if (measures[at]?.range !== 0) margin += Math.abs(multiplier) * 1e-14
      })
      return board.varying.every((at) => factors[at] === 0 || board.base[at] !== 0)
    },
    bound: (of, sums, at) => {
      const sum = sums[at] as number
      if (sum === Number.NEGATIVE_INFINITY) return sum
      let bound = scale * sum
      const first = at * sides.length
      for (let each = 0; each < excess.length; each++) {
        bound += (excess[each] as number) * (of.extremes[first + (outer[each] as number)] as number)
      }
      return bound
    },
    sumAt: (slot) => {
      let sum = 0
      for (let each = 0; each < weights.length; each++) {
        sum += (weights[each] as number) * ((values[each] as Float64Array)[slot] as number)
      }
      return sum
    },
    alike: (slot, other) => {
      if (slot === other) return true
      for (let each = 0; each < values.length; each++) {
        const column = values[each] as Float64Array
        if (column[slot] !== column[other]) return false
      }
      return true
    },
  }
}

/** The greatest λ such that |λ × base| is nowhere above |factor|, where scores differ at all. */
function scaleOf(board: Board, measures: readonly Measure[], factors: Float64Array): number {
  let scale = Number.POSITIVE_INFINITY
  for (const at of board.varying) {
    const base = board.base[at] as number
    if (base !== 0 && measures[at]?.range !== 0) scale = Math.min(scale, (factors[at] as number) / base)
  }
  return Number.isFinite(scale) ? scale : 1
}

/** A strand of which the factors say nothing keeps its own. */
function baseFrom(board: Board, factors: Float64Array): Float64Array {
  return Float64Array.from(board.strands, ({ multiplier, column }, at) => {
    const factor = factors[at] as number
    if (factor !== 0) return factor
    return board.base[at] === 0 ? multiplier / (Math.abs(column.common) || 1) : (board.base[at] as number)
  })
}

/** No raw score is further from 0. */
function outermost({ low, range }: Measure): number {
  return Math.max(Math.abs(low), Math.abs(low + range))
}

/** The sides that bounds and measures need of the strands that vary. */
function sidesOf(varying: readonly number[], strands: readonly Strand[]): readonly Side[] {
  return varying.flatMap((strand) => {
    const { multiplier, ends, column } = strands[strand] as Strand
    const { values } = column
    const upper = multiplier > 0 || ends.high === undefined ? [{ strand, upper: true, values }] : []
    const lower = multiplier <= 0 || ends.low === undefined ? [{ strand, upper: false, values }] : []
    return [...upper, ...lower]
  })
}

/** An end that no side tells of is one that is fixed. */
function spanIn(sections: Tier, sides: readonly Side[], { column, ends }: Strand, strand: number): Span {
  if (!column.varies) return { least: column.common, most: column.common, failures: 0 }
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (let each = 0; each < sides.length; each++) {
    const side = sides[each] as Side
    if (side.strand !== strand) continue
    for (let at = each; at < sections.extremes.length; at += sides.length) {
      const raw = sections.extremes[at] as number
      if (side.upper && raw > most) most = raw
      if (!side.upper && raw < least) least = raw
    }
  }
  if (most === Number.NEGATIVE_INFINITY) most = ends.high ?? 0
  if (least === Number.POSITIVE_INFINITY) least = ends.low ?? 0
  return { least, most, failures: 0 }
}

function gatherHosts(of: Tier, at: number, slots: Int32Array, count: number, board: Board, aim: Aim): void {
  const { scores } = board
  let best = Number.NEGATIVE_INFINITY
  let next = Number.NEGATIVE_INFINITY
  let like = -1
  let ties = 0
  for (let i = 0; i < count; i++) {
    const slot = slots[i] as number
    const sum = scores[slot] as number
    if (sum > best) {
      next = best
      best = sum
      like = slot
      ties = 1
    } else if (sum === best && aim.alike(slot, like)) ties++
    else if (sum > next) next = sum
  }
  of.best[at] = best
  of.next[at] = next
  of.like[at] = like
  of.ties[at] = ties
  const { sides } = aim
  for (let each = 0; each < sides.length; each++) {
    const { upper, values } = sides[each] as Side
    let extreme = upper ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
    for (let i = 0; i < count; i++) {
      const raw = values[slots[i] as number] as number
      if (upper ? raw > extreme : raw < extreme) extreme = raw
    }
    of.extremes[at * sides.length + each] = extreme
  }
}

function gatherBlocks(of: Tier, at: number, blocks: Tier, aim: Aim): void {
  const { sides } = aim
  const first = at * PER_SECTION
  let best = Number.NEGATIVE_INFINITY
  let next = Number.NEGATIVE_INFINITY
  let like = -1
  let ties = 0
  let cell = ANY
  for (let block = first; block < first + PER_SECTION; block++) {
    const sum = blocks.best[block] as number
    if (sum === Number.NEGATIVE_INFINITY) continue
    if (sum > best) {
      next = Math.max(best, blocks.next[block] as number)
      best = sum
      like = blocks.like[block] as number
      ties = blocks.ties[block] as number
    } else if (sum === best && aim.alike(like, blocks.like[block] as number)) {
      ties += blocks.ties[block] as number
      next = Math.max(next, blocks.next[block] as number)
    } else next = Math.max(next, sum)
    const other = blocks.cell[block] as number
    cell = cell === ANY || cell === other ? other : MIXED
  }
  of.best[at] = best
  of.next[at] = next
  of.like[at] = like
  of.ties[at] = ties
  of.cell[at] = cell
  for (let each = 0; each < sides.length; each++) {
    const { upper } = sides[each] as Side
    let extreme = upper ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
    for (let block = first; block < first + PER_SECTION; block++) {
      const raw = blocks.extremes[block * sides.length + each] as number
      if (upper ? raw > extreme : raw < extreme) extreme = raw
    }
    of.extremes[at * sides.length + each] = extreme
  }
}
