// Exact small-sample statistics; no table is looked up and no normal distribution stands in for Student's.

export interface Summary {
  readonly count: number
  readonly mean: number
  /** Of a sample: divided by count - 1; 0 of a single value. */
  readonly deviation: number
  /** Half the width of the confidence interval of the mean; null of a single value, which says nothing of it. */
  readonly margin: number | null
}

/** @param level of confidence, between 0 and 1 */
export function summarise(values: readonly number[], level = 0.95): Summary {
  const count = values.length
  if (count === 0) return { count, mean: Number.NaN, deviation: Number.NaN, margin: null }
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  if (count === 1) return { count, mean, deviation: 0, margin: null }
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1))
  return {
    count,
    mean,
    deviation,
    margin: (studentQuantile((1 + level) / 2, count - 1) * deviation) / Math.sqrt(count),
  }
}

/**
 * The differences between two rows of values that belong together one by one, such as two policies under the same
 * seeds: what the seeds have in common falls out.
 */
export function paired(values: readonly number[], baseline: readonly number[], level = 0.95): Summary {
  if (values.length !== baseline.length) throw new RangeError('pairs have two values each')
  return summarise(
    values.map((value, at) => value - (baseline[at] as number)),
    level,
  )
}

/** The value that a part of the sorted values is not above, by linear interpolation (Hyndman and Fan's type 7). */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = part * (sorted.length - 1)
  const low = sorted[Math.floor(place)] ?? Number.NaN
  const high = sorted[Math.ceil(place)] ?? Number.NaN
  return low + (high - low) * (place - Math.floor(place))
}

/** Student's distribution function. */
export function studentCdf(t: number, freedom: number): number {
  const tail = betaShare(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
  return t > 0 ? 1 - tail : tail
}

/** The t below which Student's distribution has this part, to the last digits, by bisection. */
export function studentQuantile(part: number, freedom: number): number {
  if (part < 0.5) return -studentQuantile(1 - part, freedom)
  let low = 0
  let high = 1
  while (studentCdf(high, freedom) < part) high *= 2
  for (let step = 0; step < 200 && high - low > 1e-13 * high; step++) {
    const middle = (low + high) / 2
    if (studentCdf(middle, freedom) < part) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/**
 * The regularised incomplete beta function, by Lentz's continued fraction.
 * Source: DLMF 8.17.22 (dlmf.nist.gov/8.17).
 */
export function betaShare(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - betaShare(1 - x, b, a)
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m < 1000; m++) {
    for (const term of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / nonZero(1 + term * d)
      c = nonZero(1 + term / c)
      fraction *= c * d
    }
    if (Math.abs(c * d - 1) < 1e-15) break
  }
  return front * fraction
}

function nonZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value
}

/** Lanczos' approximation with g = 7 and nine terms, good to 15 digits. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const terms = [
    676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
    -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ]
  const shifted = x - 1
  const sum = terms.reduce((total, term, at) => total + term / (shifted + at + 1), 0.99999999999980993)
  const base = shifted + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum)
}
