import type { Board } from './board.ts'
import { SECTION, type Fleet } from './fleet.ts'

/**
 * Where the factors of decisions are found: all positive multiples of factors between `low` and `high`. Factors change with
 * every extreme, but not by much; what was found out for all of a cone holds as long as they stay in it.
 */
export interface Cone {
  /** By strand of the board that varies. */
  readonly low: Float64Array
  readonly high: Float64Array
  /** A host whose sum exceeds another's by this, for all factors between these, weighs more whatever rounding does. */
  readonly clearance: number
  /** Another number: it is another cone. */
  readonly turn: number
  /** Told of each decision in it. */
  use(): void
  /** The strands are others. */
  reset(): void
  /** Lays it around these. @param terms the sum of the greatest terms of a sum under them */
  center(factors: Float64Array, terms: number): void
}

/** How far factors are from those in the middle, at first. The wider, the seldomer it is left, and the less it tells. */
const FIRST_WIDTH = 1.2
const LAST_WIDTH = 1e6
const CLEARANCE = 2 ** -40

export function openCone(fleet: Fleet, board: Board): Cone {
  let width = FIRST_WIDTH
  let uses = 0
  const cone = {
    low: new Float64Array(0),
    high: new Float64Array(0),
    clearance: 0,
    turn: 0,
    use: () => {
      uses++
    },
    reset: () => {
      width = FIRST_WIDTH
      cone.turn++
      cone.clearance = 0
      cone.low = new Float64Array(board.varying.length)
      cone.high = new Float64Array(board.varying.length)
    },
    center: (factors: Float64Array, terms: number) => {
      // After so few uses it had not paid for what was found out for it.
      const isNarrow = cone.clearance > 0 && uses < fleet.size / SECTION
      width = isNarrow ? Math.min(width ** 1.25, LAST_WIDTH) : Math.max(width ** 0.95, FIRST_WIDTH)
      uses = 0
      cone.turn++
      for (let each = 0; each < factors.length; each++) {
        cone.low[each] = (factors[each] as number) / width
        cone.high[each] = (factors[each] as number) * width
      }
      cone.clearance = terms * CLEARANCE
    },
  }
  return cone
}
