import { linearAxis, tickLabel } from './axis.ts'
import { drawing, element, escaped, text } from './svg.ts'

/** A bar of parts, one after the other. */
export interface Bar {
  readonly name: string
  readonly parts: readonly { readonly name: string; readonly colour: number; readonly value: number }[]
}

export interface BarChart {
  readonly title: string
  readonly x: string
  readonly bars: readonly Bar[]
}

const WIDTH = 720
const ROW = 30
const FRAME = { left: 132, right: 24, top: 8, bottom: 48 }

/** Horizontal bars, so that names can be read. */
export function barChart({ title, x, bars }: BarChart): string {
  const height = FRAME.top + bars.length * ROW + FRAME.bottom
  const sums = bars.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0))
  const axis = linearAxis([0, ...sums], FRAME.left, WIDTH - FRAME.right)
  const bottom = height - FRAME.bottom
  return drawing(
    WIDTH,
    height,
    title,
    ...axis.ticks.flatMap((tick) => [
      element('line', { class: 'grid', x1: axis.at(tick), x2: axis.at(tick), y1: FRAME.top, y2: bottom }),
      text(axis.at(tick), bottom + 19, tickLabel(tick), { class: 'tick', 'text-anchor': 'middle' }),
    ]),
    text((FRAME.left + WIDTH - FRAME.right) / 2, height - 10, x, { class: 'label', 'text-anchor': 'middle' }),
    ...bars.map((bar, at) => row(bar, FRAME.top + at * ROW, axis.at)),
  )
}

function row({ name, parts }: Bar, top: number, at: (value: number) => number): string {
  let sum = 0
  const drawn = parts.map((part) => {
    const from = at(sum)
    sum += part.value
    const words = `${name}, ${part.name}: ${tickLabel(Number(part.value.toPrecision(4)))}`
    const box = { x: from, y: top + 5, width: Math.max(0, at(sum) - from), height: ROW - 10 }
    return element('rect', { class: `part c${part.colour}`, ...box }, element('title', {}, escaped(words)))
  })
  const label = text(FRAME.left - 8, top + ROW / 2 + 4, name, { class: 'tick', 'text-anchor': 'end' })
  return [label, ...drawn].join('')
}
