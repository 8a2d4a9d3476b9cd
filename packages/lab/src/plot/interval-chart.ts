import { linearAxis, logAxis, tickLabel } from './axis.ts'
import { drawing, element, escaped, text } from './svg.ts'

/** A dot with whiskers. */
export interface Interval {
  readonly name: string
  readonly colour: number
  readonly low: number
  readonly value: number
  readonly high: number
}

export interface IntervalChart {
  readonly title: string
  readonly x: string
  readonly intervals: readonly Interval[]
  /** By powers of ten. Otherwise a line marks 0. */
  readonly logarithmic?: boolean
}

const WIDTH = 720
const ROW = 28
const FRAME = { left: 132, right: 24, top: 8, bottom: 48 }

export function intervalChart({ title, x, intervals, logarithmic = false }: IntervalChart): string {
  const height = FRAME.top + intervals.length * ROW + FRAME.bottom
  const ends = intervals.flatMap(({ low, high }) => [low, high])
  const right = WIDTH - FRAME.right
  const axis = logarithmic ? logAxis(ends, FRAME.left, right) : linearAxis([0, ...ends], FRAME.left, right)
  const bottom = height - FRAME.bottom
  return drawing(
    WIDTH,
    height,
    title,
    ...axis.ticks.flatMap((tick) => [
      element('line', {
        class: tick === 0 ? 'zero' : 'grid',
        x1: axis.at(tick),
        x2: axis.at(tick),
        y1: FRAME.top,
        y2: bottom,
      }),
      text(axis.at(tick), bottom + 19, tickLabel(tick), { class: 'tick', 'text-anchor': 'middle' }),
    ]),
    text((FRAME.left + right) / 2, height - 10, x, { class: 'label', 'text-anchor': 'middle' }),
    ...intervals.map((each, at) => row(each, FRAME.top + at * ROW + ROW / 2, axis.at)),
  )
}

function row({ name, colour, low, value, high }: Interval, y: number, at: (value: number) => number): string {
  const words = `${name}: ${[low, value, high].map((each) => tickLabel(Number(each.toPrecision(4)))).join(' … ')}`
  return [
    text(FRAME.left - 8, y + 4, name, { class: 'tick', 'text-anchor': 'end' }),
    element('line', { class: `curve c${colour}`, x1: at(low), x2: at(high), y1: y, y2: y }),
    element('circle', { class: `dot c${colour}`, cx: at(value), cy: y, r: 5 }, element('title', {}, escaped(words))),
  ].join('')
}
