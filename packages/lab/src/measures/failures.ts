import type { Job } from '../workload/workload.ts'

/** Requests that found no place. */
export interface Failures {
  readonly count: number
  /** Of all requests. */
  readonly share: number
  /** Of the focus that all requests ask for. */
  readonly shareOfDemand: number
  readonly byKind: Readonly<Record<string, { readonly arrived: number; readonly failed: number }>>
  /** Percent of the capacity that had been asked for when the first failed, and when one in a hundred had; null: never. */
  readonly firstAt: number | null
  readonly hundredthAt: number | null
  /** How many were placed before the first failed. */
  readonly placedBefore: number
}

export interface FailureBook {
  /** @param arrived percent of the capacity of the focus, this one counted in */
  note(job: Job, placed: boolean, arrived: number): void
  readonly count: number
  close(): Failures
}

export function openFailureBook(focus: string): FailureBook {
  const kinds = new Map<string, { arrived: number; failed: number }>()
  const demand = { arrived: 0, failed: 0 }
  let jobs = 0
  let failed = 0
  let firstAt: number | null = null
  let hundredthAt: number | null = null
  let placedBefore = 0
  return {
    get count() {
      return failed
    },
    note: ({ shape }, placed, arrived) => {
      const kind = kinds.get(shape.kind) ?? { arrived: 0, failed: 0 }
      kinds.set(shape.kind, kind)
      const amount = shape.total[focus] ?? 0
      jobs++
      kind.arrived++
      demand.arrived += amount
      if (placed) {
        if (failed === 0) placedBefore++
        return
      }
      failed++
      kind.failed++
      demand.failed += amount
      firstAt ??= arrived
      // A handful at the very beginning is no hundredth of anything.
      if (hundredthAt === null && jobs >= 100 && failed * 100 >= jobs) hundredthAt = arrived
    },
    close: () => ({
      count: failed,
      share: jobs === 0 ? 0 : failed / jobs,
      shareOfDemand: demand.arrived === 0 ? 0 : demand.failed / demand.arrived,
      byKind: Object.fromEntries([...kinds].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      firstAt,
      hundredthAt,
      placedBefore,
    }),
  }
}
