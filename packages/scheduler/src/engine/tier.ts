import type { Board, Strand } from './board.ts'
import { ANY, MIXED, type Span } from './field.ts'
import { PER_SECTION } from './fleet.ts'

/** One end of the scores of a strand: which strand, and whether it is the upper end. */
export interface Side {
  readonly strand: number
  readonly upper: boolean
  readonly values: Float64Array
}

/** What blocks, or sections, remember. */
export interface Tier {
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

export function tier(): Tier & { resize(length: number, sides: number): void } {
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

/** An end that no side tells of is one that is fixed. */
export function spanIn(sections: Tier, sides: readonly Side[], { column, ends }: Strand, strand: number): Span {
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

/** How hosts compare in the strands that vary. */
export interface Alikeness {
  readonly sides: readonly Side[]
  /** Whether two hosts have the very same raw scores. */
  alike(slot: number, other: number): boolean
}

export function gatherHosts(
  of: Tier,
  at: number,
  slots: Int32Array,
  count: number,
  board: Board,
  { alike, sides }: Alikeness,
): void {
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
    } else if (sum === best && alike(slot, like)) ties++
    else if (sum > next) next = sum
  }
  of.best[at] = best
  of.next[at] = next
  of.like[at] = like
  of.ties[at] = ties
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

export function gatherBlocks(of: Tier, at: number, blocks: Tier, { alike, sides }: Alikeness): void {
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
    } else if (sum === best && alike(like, blocks.like[block] as number)) {
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
