import type { AtCell, ConductorDeps } from '../deps.ts'
import type { PeriodicTask } from './periodic.ts'
import type { ServerId } from '../../domain/ids.ts'
import { beginResizeEnd, standingOf, systemContext } from '../../lifecycle/index.ts'
import { inEachCell } from './in-each-cell.ts'
import { instant } from '../../domain/unit/units.ts'
import { lockedInstanceRow } from '../../storage/cell/instances.ts'
import { openResizeOf, unconfirmedResizes } from '../../storage/cell/open-resizes.ts'
import { refusal } from '../../domain/server/moves.ts'

const AT_ONCE = 100

/** Confirms what nobody has confirmed or reverted in time (nova/compute/manager.py, `_poll_unconfirmed_resizes`). */
export function expireResizes(deps: ConductorDeps): PeriodicTask {
  const { resizeConfirmWithin, periodicEvery } = deps.timing
  return {
    name: 'expire_resizes',
    why: 'a resize that nobody confirms would hold two places for ever',
    every: periodicEvery,
    run: () =>
      inEachCell(deps, async (at) => {
        const overdue = await deps.cells
          .get(at.cell)
          .read(async (tx) => unconfirmedResizes(tx, instant((await tx.now()) - resizeConfirmWithin), AT_ONCE))
        for (const { server } of overdue) await confirm(at, server)
      }),
  }
}

/** Whoever confirms or reverts it at that very moment is quicker, or finds that it is being confirmed. */
async function confirm({ deps, cell }: AtCell, server: ServerId): Promise<void> {
  await deps.cells.get(cell).write(async (tx) => {
    const row = await lockedInstanceRow(tx, server)
    const open = await openResizeOf(tx, server)
    if (row === null || row.deleted_at !== null || open === null) return
    if (refusal('confirmResize', standingOf(row), true) !== null) return
    const who = systemContext(deps.ids)
    const operation = await beginResizeEnd(tx, deps, who, row, open, 'confirmResize', deps.timing.actWithin)
    if (operation !== null) tx.afterCommit(() => deps.poke(cell, operation))
  })
}
