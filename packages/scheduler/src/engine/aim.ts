import type { Board, Measure, Strand } from './board.ts'
import type { Cone } from './cone.ts'

/** The factors of one decision: a host weighs, but for a constant, the sum of them times its oriented scores. */
export interface Aim {
  /** By strand that varies; above 0. */
  readonly factors: Float64Array
  /** Sums closer than this may belong to equal weights, or to weights in the other order. */
  readonly margin: number
  /** Takes the factors from the measures, and has the cone laid around them if they are not in it. @returns false if rounding is too coarse for a cone to tell anything */
  take(measures: readonly Measure[]): boolean
}

/** More than sums of so few terms lose to rounding, as a part of their greatest term. */
const ROUNDING = 2 ** -46

export function openAim(board: Board, cone: Cone): Aim {
  const multiplierAt = (each: number): number =>
    Math.abs((board.strands[board.varying[each] as number] as Strand).multiplier)
  /** What the middle of the cone has to be multiplied with, at least; NaN: the factors are not in it. */
  const scaleIn = (factors: Float64Array): number => {
    let least = 0
    let most = Number.POSITIVE_INFINITY
    for (let each = 0; each < factors.length; each++) {
      const factor = factors[each] as number
      if (factor === 0) continue
      least = Math.max(least, factor / (cone.high[each] as number))
      most = Math.min(most, factor / (cone.low[each] as number))
    }
    return cone.clearance > 0 && least <= most ? least || 1 : Number.NaN
  }
  const aim = {
    factors: new Float64Array(0),
    margin: 0,
    take: (measures: readonly Measure[]) => {
      const { varying, strands } = board
      if (aim.factors.length !== varying.length) aim.factors = new Float64Array(varying.length)
      const { factors } = aim
      let rounding = 0
      for (let at = 0; at < strands.length; at++) {
        // What is the same for all hosts rounds their weights off all the same.
        if ((measures[at] as Measure).range !== 0) rounding += Math.abs((strands[at] as Strand).multiplier) * ROUNDING
      }
      for (let each = 0; each < factors.length; each++) {
        const { range } = measures[varying[each] as number] as Measure
        factors[each] = range === 0 ? 0 : multiplierAt(each) / range
      }
      let scale = scaleIn(factors)
      cone.use()
      const isOut = Number.isNaN(scale)
      let terms = 0
      for (let each = 0; each < factors.length; each++) {
        const { low, range } = measures[varying[each] as number] as Measure
        const outermost = Math.max(Math.abs(low), Math.abs(low + range))
        // Where all scores are equal any factor will do.
        if (range === 0) factors[each] = isOut ? 1 / (outermost || 1) : scale * (cone.high[each] as number)
        terms += (factors[each] as number) * outermost
      }
      if (isOut) {
        cone.center(factors, terms)
        scale = scaleIn(factors)
      }
      aim.margin = terms * ROUNDING + rounding
      return scale * cone.clearance > rounding
    },
  }
  return aim
}
