import type { HostName } from '../domain/ids.ts'
import type { AtCell } from './deps.ts'
import { hostRow, standingOf } from '../storage/cell/hosts.ts'

/**
 * Whether it is known that a host of a cell is down. Where that is not known yet, what is to be done there is asked of
 * the host again and again: it may be at it, and its answer on the way.
 */
export function hostIsDown({ deps, cell }: AtCell, host: HostName): Promise<boolean> {
  const { cells, hearing, timing, view } = deps
  if (view.isUp(host)) return Promise.resolve(false)
  return cells.get(cell).read(async (tx) => {
    const row = await hostRow(tx, host)
    const now = await tx.now()
    return row === null || standingOf(row, { now, heardSince: hearing.since(cell, now) }, timing.downAfter) === 'down'
  })
}
