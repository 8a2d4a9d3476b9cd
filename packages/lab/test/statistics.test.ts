import { describe, expect, it } from 'vitest'
import { betaShare, paired, quantile, studentCdf, studentQuantile, summarise } from '../src/statistics.ts'

describe('statistics', () => {
  // Student's quantiles as printed in NIST/SEMATECH e-Handbook 1.3.6.7.2, and in closed form for 1 and 2.
  it.each([
    [0.975, 1, Math.tan(Math.PI * 0.475)],
    [0.975, 2, 0.95 / Math.sqrt(2 * 0.975 * 0.025)],
    [0.975, 4, 2.776445],
    [0.975, 9, 2.262157],
    [0.995, 9, 3.249836],
    [0.975, 100, 1.983972],
    [0.5, 7, 0],
    [0.025, 9, -2.262157],
  ])('the quantile %f of Student with %i degrees of freedom is %f', (part, freedom, right) => {
    expect(studentQuantile(part, freedom)).toBeCloseTo(right, 5)
  })

  it('goes back from quantile to part', () => {
    for (const freedom of [1, 3, 19, 250]) {
      for (const part of [0.6, 0.9, 0.999]) {
        expect(studentCdf(studentQuantile(part, freedom), freedom)).toBeCloseTo(part, 10)
      }
    }
  })

  it('has the beta function where it is a polynomial', () => {
    expect(betaShare(0.3, 2, 3)).toBeCloseTo(6 * 0.3 ** 2 - 8 * 0.3 ** 3 + 3 * 0.3 ** 4, 12)
    expect(betaShare(0.9, 1, 5)).toBeCloseTo(1 - 0.1 ** 5, 12)
  })

  it('sums up a sample', () => {
    const { mean, deviation, margin } = summarise([2, 4, 4, 4, 5, 5, 7, 9])
    expect(mean).toBe(5)
    expect(deviation).toBeCloseTo(Math.sqrt(32 / 7), 12)
    expect(margin).toBeCloseTo((2.364624 * Math.sqrt(32 / 7)) / Math.sqrt(8), 5)
  })

  it('says nothing of chance by a single value', () => {
    expect(summarise([3])).toEqual({ count: 1, mean: 3, deviation: 0, margin: null })
    expect(summarise([]).mean).toBeNaN()
  })

  it('finds by pairs what the spread between them hides', () => {
    const baseline = [10, 20, 30, 40]
    const better = baseline.map((value, at) => value + 1 + at / 100)
    expect(paired(better, baseline).mean).toBeCloseTo(1.015, 12)
    expect(paired(better, baseline).margin).toBeLessThan(0.05)
    expect(summarise(better).margin).toBeGreaterThan(10)
    expect(() => paired([1], [1, 2])).toThrow(RangeError)
  })

  it('interpolates quantiles', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5)
    expect(quantile([1, 2, 3], 1)).toBe(3)
  })
})
