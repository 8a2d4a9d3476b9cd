import { linearAxis, tickLabel, type Axis } from './axis.ts'
import { drawing, element, escaped, text, written } from './svg.ts'

/** One line, and the band that its mean may lie in. */
export interface Line {
  readonly name: string
  /** Its number in the palette of the page. */
  readonly colour: number
  readonly points: readonly Point[]
}

export interface Point {
  readonly x: number
  readonly y: number
  /** Half the band; null: none. */
  readonly margin: number | null
}

export interface LineChart {
  readonly title: string
  readonly x: string
  readonly y: string
  readonly lines: readonly Line[]
}

const WIDTH = 720
const HEIGHT = 380
const FRAME = { left: 64, right: 16, top: 12, bottom: 48 }

export function lineChart({ title, x, y, lines }: LineChart): string {
  const all = lines.flatMap(({ points }) => points)
  const across = linearAxis(
    all.map((point) => point.x),
    FRAME.left,
    WIDTH - FRAME.right,
    10,
  )
  // By the lines alone: of few seeds the bands are so wide that nothing else could be seen. They are cut at the frame.
  const up = linearAxis(
    all.map((point) => point.y),
    HEIGHT - FRAME.bottom,
    FRAME.top,
  )
  return drawing(
    WIDTH,
    HEIGHT,
    title,
    ...grid(across, up),
    text((FRAME.left + WIDTH - FRAME.right) / 2, HEIGHT - 10, x, { class: 'label', 'text-anchor': 'middle' }),
    text(-(FRAME.top + HEIGHT - FRAME.bottom) / 2, 16, y, {
      class: 'label',
      'text-anchor': 'middle',
      transform: 'rotate(-90)',
    }),
    ...lines.map((line) => band(line, across, up)),
    ...lines.map((line) => curve(line, across, up)),
  )
}

function grid(across: Axis, up: Axis): readonly string[] {
  const right = WIDTH - FRAME.right
  const bottom = HEIGHT - FRAME.bottom
  return [
    ...up.ticks.flatMap((tick) => [
      element('line', { class: 'grid', x1: FRAME.left, x2: right, y1: up.at(tick), y2: up.at(tick) }),
      text(FRAME.left - 8, up.at(tick) + 4, tickLabel(tick), { class: 'tick', 'text-anchor': 'end' }),
    ]),
    ...across.ticks.flatMap((tick) => [
      element('line', { class: 'axis', x1: across.at(tick), x2: across.at(tick), y1: bottom, y2: bottom + 5 }),
      text(across.at(tick), bottom + 19, tickLabel(tick), { class: 'tick', 'text-anchor': 'middle' }),
    ]),
    element('line', { class: 'axis', x1: FRAME.left, x2: right, y1: bottom, y2: bottom }),
  ]
}

function band({ colour, points }: Line, across: Axis, up: Axis): string {
  const inside = points.filter((point) => point.margin !== null)
  if (inside.length === 0) return ''
  const held = (value: number): number => up.at(Math.min(Math.max(value, up.low), up.high))
  const upper = inside.map((point) => [across.at(point.x), held(point.y + (point.margin ?? 0))])
  const lower = inside.toReversed().map((point) => [across.at(point.x), held(point.y - (point.margin ?? 0))])
  const list = [...upper, ...lower].map((pair) => pair.map(written).join(',')).join(' ')
  return element('polygon', { class: `band c${colour}`, points: list })
}

function curve({ name, colour, points }: Line, across: Axis, up: Axis): string {
  const list = points.map((point) => `${written(across.at(point.x))},${written(up.at(point.y))}`).join(' ')
  return element('polyline', { class: `curve c${colour}`, points: list }, element('title', {}, escaped(name)))
}
