/** Where values lie on paper. */
export interface Axis {
  readonly low: number
  readonly high: number
  readonly ticks: readonly number[]
  at(value: number): number
}

/** An axis whose ends and ticks are round numbers (1, 2 or 5 times a power of ten). */
export function linearAxis(values: readonly number[], from: number, to: number, wanted = 6): Axis {
  const finite = values.filter(Number.isFinite)
  const least = finite.length === 0 ? 0 : Math.min(...finite)
  const most = finite.length === 0 ? 1 : Math.max(...finite)
  const step = roundStep((most - least || Math.abs(most) || 1) / wanted)
  const low = Math.floor(least / step + 1e-9) * step
  const high = Math.max(Math.ceil(most / step - 1e-9) * step, low + step)
  const count = Math.round((high - low) / step)
  const ticks = Array.from({ length: count + 1 }, (_, at) => Number((low + at * step).toPrecision(12)))
  return { low, high, ticks, at: (value) => from + ((value - low) / (high - low)) * (to - from) }
}

/** Powers of ten; for values above 0. */
export function logAxis(values: readonly number[], from: number, to: number): Axis {
  const logs = values.filter((value) => value > 0).map(Math.log10)
  const low = Math.floor(logs.length === 0 ? 0 : Math.min(...logs))
  const high = Math.max(Math.ceil(logs.length === 0 ? 1 : Math.max(...logs)), low + 1)
  const ticks = Array.from({ length: high - low + 1 }, (_, at) => 10 ** (low + at))
  const at = (value: number): number => from + ((Math.log10(value) - low) / (high - low)) * (to - from)
  return { low: 10 ** low, high: 10 ** high, ticks, at }
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  const part = rough / power
  return (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10) * power
}

/** A tick's words: thousands are parted, and small numbers keep what they need. */
export function tickLabel(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential()
  return value.toLocaleString('en-US', { maximumFractionDigits: 4 })
}
