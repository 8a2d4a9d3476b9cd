import type { Fragments } from '@novakit/scheduler'
import type { Sample } from '../measures/sample.ts'
import { barChart, type Bar } from '../plot/bar-chart.ts'
import { intervalChart, type Interval } from '../plot/interval-chart.ts'
import { lineChart, type Line } from '../plot/line-chart.ts'
import type { Run } from '../replay/replay.ts'
import type { Comparison } from '../study/compare.ts'
import { summarise } from '../statistics.ts'
import { figureTables } from './figures.ts'
import { COLOURS } from './page-style.ts'

/** A drawing with what stands around it. */
export interface Chart {
  readonly title: string
  readonly note: string
  readonly legend: readonly { readonly name: string; readonly colour: number }[]
  /** The legend is of bars and not of lines. */
  readonly filled?: boolean
  readonly drawing: string
}

/** Those that have something to show for this comparison. */
export function charts(comparison: Comparison): readonly Chart[] {
  const { focus, policies } = comparison
  const legend = policies.map((name, at) => ({ name, colour: at % COLOURS }))
  const curve = (
    title: string,
    note: string,
    y: string,
    value: (sample: Sample) => number | null,
  ): readonly Chart[] => {
    const lines = linesOf(comparison, value)
    if (lines.every(({ points }) => points.length === 0)) return []
    return [{ title, note, legend, drawing: lineChart({ title, x: wayOf(comparison), y, lines }) }]
  }
  const percent = (value: number | null): number | null => (value === null ? null : 100 * value)
  return [
    ...curve(
      'Allocated',
      `${focus} in use, of what all hosts have. Higher is better.`,
      'allocated, %',
      (each) => 100 * each.allocated,
    ),
    ...curve(
      'Fragmented',
      'Idle, and no use to a typical request in the mean. Lower is better.',
      'of all capacity, %',
      (each) => percent(each.fragmented),
    ),
    ...curve('Fragmented of what is idle', 'The same in parts of what is left.', 'of what is idle, %', (each) =>
      percent(each.fragmentedOfIdle),
    ),
    ...causes(comparison),
    ...failedKinds(comparison),
    ...curve(
      'Empty hosts',
      'Hosts without any server: they could be switched off, or take the largest.',
      'hosts',
      (each) => each.emptyHosts,
    ),
    ...curve(
      'Stranded',
      'Free on hosts that have nothing left of another class; the class that suffers most.',
      'of all capacity, %',
      (each) => 100 * Math.max(...Object.values(each.stranded)),
    ),
    ...differences(comparison),
    ...latencies(comparison),
  ]
}

function wayOf({ runs, focus }: Comparison): string {
  const past = runs.some((each) =>
    each.some(({ samples }) => samples.some(({ at, arrived }) => Math.abs(at - 100 * arrived) > 2)),
  )
  return past ? 'requests that arrived, %' : `${focus} asked for so far, % of capacity`
}

/** Mean and band over the seeds, at each percent that every run has reached. */
function linesOf({ runs, policies }: Comparison, value: (sample: Sample) => number | null): readonly Line[] {
  return policies.map((name, at) => {
    const own = runs[at] ?? []
    const places = new Map<number, number[]>()
    for (const { samples } of own) {
      for (const each of samples) {
        const one = value(each)
        if (one !== null) places.set(each.at, [...(places.get(each.at) ?? []), one])
      }
    }
    const full = [...places].filter(([, values]) => values.length === own.length).toSorted(([a], [b]) => a - b)
    const points = full.map(([x, values]) => {
      const { mean, margin } = summarise(values)
      return { x, y: mean, margin }
    })
    return { name, colour: at % COLOURS, points }
  })
}

const CAUSES: readonly (readonly [keyof Fragments, string])[] = [
  ['tooSmall', 'too little left on the device'],
  ['lacksDevices', 'too few devices with enough left'],
  ['lacksRoot', 'too little else on the host'],
  ['lacksBoth', 'both'],
  ['wrongKind', 'another kind of device'],
  ['needsNone', 'requests that take no device'],
]

function causes({ runs, policies }: Comparison): readonly Chart[] {
  const bars = policies.flatMap((name, at): readonly Bar[] => {
    const ends = (runs[at] ?? []).map(({ end }) => end.causes).filter((each) => each !== null)
    if (ends.length === 0) return []
    const parts = CAUSES.map(([cause, words], colour) => {
      return { name: words, colour, value: 100 * summarise(ends.map((each) => each[cause])).mean }
    })
    return [{ name, parts }]
  })
  if (bars.length === 0) return []
  const title = 'Why it is fragmented'
  const note = 'At the end, by what a typical request lacks on the host.'
  const legend = CAUSES.map(([, name], colour) => ({ name, colour }))
  return [{ title, note, legend, filled: true, drawing: barChart({ title, x: 'of all capacity, %', bars }) }]
}

function failedKinds({ runs, policies }: Comparison): readonly Chart[] {
  const kinds = [...new Set(runs.flat().flatMap(({ failures }) => Object.keys(failures.byKind)))].toSorted()
  const share = (own: readonly Run[], kind: string): number =>
    100 * summarise(own.map(({ failures, requests }) => (failures.byKind[kind]?.failed ?? 0) / requests)).mean
  const bars = policies.map((name, at) => ({
    name,
    parts: kinds.map((kind, colour) => ({ name: kind, colour: colour % COLOURS, value: share(runs[at] ?? [], kind) })),
  }))
  if (bars.every(({ parts }) => parts.every(({ value }) => value === 0))) return []
  const title = 'Failed requests by kind'
  const legend = kinds.map((name, colour) => ({ name, colour: colour % COLOURS }))
  const drawing = barChart({ title, x: 'of all requests, %', bars })
  return [{ title, note: 'Lower is better.', legend, filled: true, drawing }]
}

const COMPARED: readonly string[] = ['failed demand', 'allocated', 'fragmented', 'hosts by bound']

function differences(comparison: Comparison): readonly Chart[] {
  const [first = ''] = comparison.policies
  return figureTables(comparison)
    .filter(({ name }) => COMPARED.includes(name))
    .flatMap(({ name, unit, better, rows }) => {
      const intervals = rows.flatMap(({ policy, difference }, at): readonly Interval[] => {
        if (difference === null || difference.margin === null) return []
        const { mean, margin } = difference
        return [{ name: policy, colour: at % COLOURS, low: mean - margin, value: mean, high: mean + margin }]
      })
      if (intervals.length === 0) return []
      const title = `Difference to ${first}: ${name}`
      const note = `Paired by seed, with the 95 % confidence interval. ${better === 'more' ? 'Right' : 'Left'} is better.`
      const x = unit === '%' ? 'percentage points' : 'difference'
      return [{ title, note, legend: [], drawing: intervalChart({ title, x, intervals }) }]
    })
}

function latencies({ runs, policies }: Comparison): readonly Chart[] {
  const intervals = policies.flatMap((name, at): readonly Interval[] => {
    const all = (runs[at] ?? []).map(({ latency }) => latency?.placed ?? null).filter((each) => each !== null)
    if (all.length === 0) return []
    const mean = (of: (each: (typeof all)[number]) => number): number => summarise(all.map(of)).mean
    return [
      {
        name,
        colour: at % COLOURS,
        low: mean((each) => each.p50),
        value: mean((each) => each.p90),
        high: mean((each) => each.p999),
      },
    ]
  })
  if (intervals.length === 0) return []
  const title = 'Decision and claim'
  const note =
    'From the median to the slowest in a thousand; the dot is the slowest in ten. Of requests that found a place.'
  const drawing = intervalChart({ title, x: 'microseconds', intervals, logarithmic: true })
  return [{ title, note, legend: [], drawing }]
}
