import { scaleOver } from '../decide/rank.ts'
import { FAILED } from '../decide/weigher.ts'
import type { Board, Measure, Strand } from './board.ts'
import type { Field } from './field.ts'
import type { Plan } from './plans.ts'
import type { Single } from './singles.ts'

/** How each weigher's scores are brought to shares over the hosts of a field and some by themselves. */
export function measuresOf(
  board: Board,
  field: Field | null,
  singles: readonly Single[],
  count: number,
): readonly Measure[] {
  return board.strands.map((strand, at) => measureOf(strand, at, field, singles, count))
}

function measureOf(
  { ends }: Strand,
  at: number,
  field: Field | null,
  singles: readonly Single[],
  count: number,
): Measure {
  const span = field?.spanOf(at)
  let least = span?.least ?? Number.POSITIVE_INFINITY
  let most = span?.most ?? Number.NEGATIVE_INFINITY
  let failures = span?.failures ?? 0
  for (const { raws } of singles) {
    const raw = raws[at] as number
    if (raw === FAILED) failures++
    if (raw < least) least = raw
    if (raw > most) most = raw
  }
  return scaleOver(ends, least, most, failures, count)
}

/** Nova weighs nothing where there is nothing to choose. */
export function noMeasures(board: Board): readonly Measure[] {
  return board.strands.map(() => ({ failures: 0, low: 0, range: 0 }))
}

/** The field of a plan, opened on its lane alone; null if that is empty. */
export function openField({ lane, board, field, scan }: Plan): Field | null {
  if (lane.count === 0) return null
  const usual = board.indexable ? field : scan
  if (usual === field && field.isOpen) return field
  if (lane.count === 1) {
    usual.open(noMeasures(board))
    return usual
  }
  const measures = measuresOf(board, usual, noSingles, lane.count)
  if (usual.takes(measures)) {
    usual.open(measures)
    return usual
  }
  scan.open(measuresOf(board, scan, noSingles, lane.count))
  return scan
}

const noSingles: readonly Single[] = []
