import type { CellId, HostName } from '../domain/ids.ts'
import type { ConductorDeps } from './deps.ts'
import { hostRow, standingOf } from '../storage/cell/hosts.ts'

/**
 * Whether it is known that a host of a cell is down. Where that is not known yet, what is to be done there is asked of
 * the host again and again: it may be at it, and its answer on the way.
 */
export function hostIsDown(
  at: { readonly deps: ConductorDeps; readonly cell: CellId },
  host: HostName,
): Promise<boolean> {
  const { cells, hearing, timing, view } = at.deps
  if (view.isUp(host)) return Promise.resolve(false)
  return cells.get(at.cell).read(async (tx) => {
    const row = await hostRow(tx, host)
    const now = await tx.now()
    return (
      row === null || standingOf(row, { now, heardSince: hearing.since(at.cell, now) }, timing.downAfter) === 'down'
    )
  })
}
