import type { CellId } from '../domain/ids.ts'
import type { Cells } from '../cells/cells.ts'
import type { Instant, Millis } from '../domain/unit/units.ts'
import { elapsed, millis } from '../domain/unit/units.ts'

/**
 * Since when this process could have heard the hosts of a cell. That a host was not heard of says nothing of a time in
 * which no heartbeat could be recorded: before this process began, while it stood still, while the cell's store did
 * not answer or stored nothing.
 */
export interface Hearing {
  /**
   * To be called each time that the store has answered, at least every {@link lookEvery}.
   * @param now the clock of the cell's store, as are the answers
   */
  since(cell: CellId, now: Instant): Instant
  readonly lookEvery: Millis
}

/** A break that is no longer than this part of `downAfter` leaves hosts the time for several heartbeats. */
const BREAK_SHARE = 3
const LOOKS_PER_BREAK = 2

interface Listened {
  readonly since: Instant
  readonly last: Instant
}

export function hearing(cells: Cells, downAfter: Millis): Hearing {
  const known = new Map<CellId, Listened>()
  const longest = downAfter / BREAK_SHARE
  return {
    lookEvery: millis(Math.ceil(longest / LOOKS_PER_BREAK)),
    since: (cell, now) => {
      const before = known.get(cell)
      const unbroken = before !== undefined && cells.get(cell).up && elapsed(before.last, now) <= longest
      const since = unbroken ? before.since : now
      known.set(cell, { since, last: now })
      return since
    },
  }
}
