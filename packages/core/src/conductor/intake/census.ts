import type { CellTx } from '../../ports/storage.ts'
import type { Census, CountedGuest } from '../../rpc/conductor.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { Intake } from './deps.ts'
import type { RequestId, UserId } from '../../domain/ids.ts'
import { beginAction } from '../../lifecycle/index.ts'
import { changeInstance, instanceRow } from '../../storage/cell/instances.ts'
import { id } from '../../domain/ids.ts'
import { mustStop } from '../../domain/server/power-sync.ts'

/** Who did it, in a server's history, when nobody asked. */
const SYSTEM = id<UserId>('system')

/**
 * What a host's guests show. It is written down, and where a server must not rest like that, it is stopped. A server
 * to which something has begun since the host looked is left alone: what it shows then is told later.
 */
export async function takeCensus(intake: Intake, { host, guests }: Census): Promise<Record<string, never>> {
  const { deps, cell } = intake
  for (const guest of guests) {
    await deps.cells.get(cell).write(async (tx) => {
      const row = await instanceRow(tx, guest.server)
      if (row === null || row.host !== host || !isSame(row, guest)) return
      if (row.power_state !== guest.power) {
        await changeInstance(tx, guest.server, { taskState: null, epoch: row.epoch }, { powerState: guest.power })
      }
      if (mustStop(row.vm_state, guest.power)) await stop(tx, intake, row)
    })
  }
  return {}
}

function isSame(row: InstanceRow, guest: CountedGuest): boolean {
  const idle = row.deleted_at === null && row.task_state === null && row.launched_at !== null
  // Orders that never came to the host have changed nothing there.
  const upToDate = guest.sequence >= row.answered && guest.sequence <= row.sequence
  return idle && row.epoch === guest.epoch && upToDate
}

async function stop(tx: CellTx, { deps, cell }: Intake, row: InstanceRow): Promise<void> {
  const who = { requestId: id<RequestId>(`req-${deps.ids.uuid()}`), user: SYSTEM }
  const order = { action: 'stop', options: { graceful: null }, within: deps.timing.actWithin } as const
  const operation = await beginAction(tx, deps, who, row, order)
  if (operation !== null) tx.afterCommit(() => deps.wake(cell, operation))
}
