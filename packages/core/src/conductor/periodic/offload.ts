import type { AtCell, ConductorDeps } from '../deps.ts'
import type { PeriodicTask } from './periodic.ts'
import type { ServerId } from '../../domain/ids.ts'
import { agedServers } from '../../storage/cell/aged-servers.ts'
import { beginOffload, systemContext } from '../../lifecycle/index.ts'
import { inEachCell } from './in-each-cell.ts'
import { lockedInstanceRow } from '../../storage/cell/instances.ts'

/** Takes servers from their hosts that were shelved long enough ago (nova/compute/manager.py, `_poll_shelved_instances`). */
export function offload(deps: ConductorDeps): PeriodicTask {
  const { offloadAfter, periodicEvery } = deps.timing
  return {
    name: 'offload',
    why: 'what nobody needs for a while leaves its room to others',
    every: periodicEvery,
    run: () =>
      inEachCell(deps, async (at) => {
        const due = await deps.cells.get(at.cell).read((tx) => agedServers(tx, 'shelved', offloadAfter))
        for (const server of due) await offloadOne(at, server)
      }),
  }
}

async function offloadOne({ deps, cell }: AtCell, server: ServerId): Promise<void> {
  await deps.cells.get(cell).write(async (tx) => {
    const row = await lockedInstanceRow(tx, server)
    if (row === null || row.vm_state !== 'shelved' || row.task_state !== null || row.deleted_at !== null) return
    const order = { record: 'shelveOffload', within: deps.timing.actWithin } as const
    const begun = await beginOffload(tx, deps, systemContext(deps.ids), row, order)
    if (begun !== null) tx.afterCommit(() => deps.poke(cell, begun))
  })
}
