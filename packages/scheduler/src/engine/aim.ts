import type { Board, Measure, Strand } from './board.ts'
import type { Alikeness, Side, Tier } from './tier.ts'

/** The factors of one decision, and how sums under them compare. */
export interface Aim extends Alikeness {
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
  /** Writes the raw scores of a host down as row `at`. */
  copyRow(slot: number, rows: Float64Array, at: number): void
  /** Whether a host has the raw scores of row `at`. */
  isRow(slot: number, rows: Float64Array, at: number): boolean
}

export function openAim(board: Board): Aim {
  let sides: readonly Side[] = []
  const factors = new Float64Array(board.strands.length)
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
      for (let at = 0; at < factors.length; at++) {
        const { range, failures } = measures[at] as Measure
        factors[at] = range === 0 || failures > 0 ? 0 : (board.strands[at] as Strand).multiplier / range
      }
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
    copyRow: (slot, rows, at) => {
      if (slot === -1) return
      const first = at * values.length
      for (let each = 0; each < values.length; each++) {
        rows[first + each] = (values[each] as Float64Array)[slot] as number
      }
    },
    isRow: (slot, rows, at) => {
      const first = at * values.length
      for (let each = 0; each < values.length; each++) {
        if (rows[first + each] !== (values[each] as Float64Array)[slot]) return false
      }
      return true
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
export function baseFrom(board: Board, factors: Float64Array): Float64Array {
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
