import type { AtCell, ConductorDeps } from '../deps.ts'
import type { PeriodicTask } from './periodic.ts'
import type { ServerId } from '../../domain/ids.ts'
import { agedServers } from '../../storage/cell/aged-servers.ts'
import { beginDelete, systemContext } from '../../lifecycle/index.ts'
import { inEachCell } from './in-each-cell.ts'
import { lockedInstanceRow } from '../../storage/cell/instances.ts'

/** Deletes for good what nobody wanted back in time (nova/compute/manager.py, `_reclaim_queued_deletes`). */
export function reclaim(deps: ConductorDeps): PeriodicTask {
  const { reclaimAfter, periodicEvery } = deps.timing
  return {
    name: 'reclaim',
    why: 'what was deleted so that it could be had back does not stay for ever',
    every: periodicEvery,
    run: () =>
      inEachCell(deps, async (at) => {
        const due = await deps.cells.get(at.cell).read((tx) => agedServers(tx, 'soft-delete', reclaimAfter))
        for (const server of due) await reclaimOne(at, server)
      }),
  }
}

/** Somebody may have wanted it back since it was looked for. */
async function reclaimOne({ deps, cell }: AtCell, server: ServerId): Promise<void> {
  await deps.cells.get(cell).write(async (tx) => {
    const row = await lockedInstanceRow(tx, server)
    if (row === null || row.vm_state !== 'soft-delete' || row.task_state !== null || row.deleted_at !== null) return
    const begun = await beginDelete(tx, deps, systemContext(deps.ids), row)
    if (begun !== null) tx.afterCommit(() => deps.poke(cell, begun))
  })
}
