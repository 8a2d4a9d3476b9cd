import type { Run } from '../replay/replay.ts'
import type { Comparison } from '../study/compare.ts'
import { paired, summarise, type Summary } from '../statistics.ts'

/** A number that a run comes down to. */
export interface Figure {
  readonly name: string
  readonly unit: '%' | '' | 'µs'
  readonly better: 'more' | 'less'
  /** Null: it has no meaning for this run. */
  of(run: Run): number | null
}

export const figures: readonly Figure[] = [
  { name: 'failed', unit: '%', better: 'less', of: ({ failures }) => 100 * failures.share },
  { name: 'failed demand', unit: '%', better: 'less', of: ({ failures }) => 100 * failures.shareOfDemand },
  { name: 'demand at first failure', unit: '%', better: 'more', of: ({ failures }) => failures.firstAt },
  { name: 'demand at 1 % failed', unit: '%', better: 'more', of: ({ failures }) => failures.hundredthAt },
  { name: 'allocated', unit: '%', better: 'more', of: ({ end }) => 100 * end.allocated },
  { name: 'packing density', unit: '%', better: 'more', of: (run) => meanOf(run, ({ density }) => worst(density)) },
  {
    name: 'fragmented',
    unit: '%',
    better: 'less',
    of: ({ end }) => (end.fragmented === null ? null : 100 * end.fragmented),
  },
  {
    name: 'fragmented of idle',
    unit: '%',
    better: 'less',
    of: ({ end }) => (end.fragmentedOfIdle === null ? null : 100 * end.fragmentedOfIdle),
  },
  { name: 'stranded', unit: '%', better: 'less', of: (run) => meanOf(run, ({ stranded }) => most(stranded)) },
  { name: 'empty hosts', unit: '', better: 'more', of: ({ emptyHosts }) => emptyHosts.mean },
  { name: 'hosts by bound', unit: '', better: 'less', of: ({ hostsToBound }) => hostsToBound.mean },
  { name: 'decision p50', unit: 'µs', better: 'less', of: ({ latency }) => latency?.placed?.p50 ?? null },
  { name: 'decision p99', unit: 'µs', better: 'less', of: ({ latency }) => latency?.placed?.p99 ?? null },
]

function meanOf({ samples }: Run, value: (sample: Run['end']) => number): number {
  return samples.length === 0 ? 0 : (100 * samples.reduce((sum, each) => sum + value(each), 0)) / samples.length
}

/** Of the class that is packed worst. */
function worst(density: Run['end']['density']): number {
  return Math.min(...Object.values(density))
}

function most(stranded: Run['end']['stranded']): number {
  return Math.max(...Object.values(stranded))
}

/** One figure of one policy over all seeds. */
export interface FigureRow {
  readonly policy: string
  readonly value: Summary
  /** Against the first policy, seed by seed; null for that itself. */
  readonly difference: Summary | null
  /** The interval of the difference leaves 0 out, on this side; null: it cannot be told. */
  readonly verdict: 'better' | 'worse' | null
}

export interface FigureTable {
  readonly name: string
  readonly unit: Figure['unit']
  readonly better: Figure['better']
  readonly rows: readonly FigureRow[]
}

/** Those figures that have a meaning for every run. */
export function figureTables({ runs, policies }: Comparison): readonly FigureTable[] {
  return figures.flatMap((figure) => {
    const values = runs.map((each) => each.map((run) => figure.of(run)))
    if (values.some((each) => each.some((value) => value === null))) return []
    const numbers = values as readonly (readonly number[])[]
    const baseline = numbers[0] ?? []
    const rows = policies.map((policy, at): FigureRow => {
      const own = numbers[at] ?? []
      const difference = at === 0 ? null : paired(own, baseline)
      return { policy, value: summarise(own), difference, verdict: verdictOf(difference, figure.better) }
    })
    return [{ name: figure.name, unit: figure.unit, better: figure.better, rows }]
  })
}

function verdictOf(difference: Summary | null, better: Figure['better']): FigureRow['verdict'] {
  if (difference === null || difference.margin === null) return null
  if (Math.abs(difference.mean) <= difference.margin || difference.mean === 0) return null
  return difference.mean > 0 === (better === 'more') ? 'better' : 'worse'
}
