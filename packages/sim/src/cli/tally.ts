import type { Result } from './worker.ts'

/** What all seeds together came to. */
export interface Tally {
  add(result: Result): void
  readonly seeds: number
  readonly acts: number
  /** Hours of virtual time. */
  readonly hours: number
  readonly failed: readonly Result[]
  readonly marks: ReadonlyMap<string, number>
}

export function tally(): Tally {
  const marks = new Map<string, number>()
  const failed: Result[] = []
  const sums = { seeds: 0, acts: 0, lived: 0 }
  return {
    add: (result) => {
      sums.seeds++
      sums.acts += result.acts
      sums.lived += result.lived
      if (result.findings.length > 0) failed.push(result)
      for (const [mark, count] of result.marks) marks.set(mark, (marks.get(mark) ?? 0) + count)
    },
    get seeds() {
      return sums.seeds
    },
    get acts() {
      return sums.acts
    },
    get hours() {
      return sums.lived / 3_600_000
    },
    failed,
    marks,
  }
}
