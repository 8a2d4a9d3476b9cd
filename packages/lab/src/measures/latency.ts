/** Times of many decisions, in microseconds. */
export interface Latency {
  readonly count: number
  readonly mean: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

export function latencyOf(micros: readonly number[]): Latency | null {
  if (micros.length === 0) return null
  const sorted = Float64Array.from(micros).toSorted()
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] as number
  const mean = sorted.reduce((sum, each) => sum + each, 0) / sorted.length
  return { count: sorted.length, mean, p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1) }
}
