import type { CellTx } from '../../ports/storage.ts'
import type { Census, CountedGuest } from '../../rpc/conductor.ts'
import type { HostName, ServerId } from '../../domain/ids.ts'
import type { Intake } from './deps.ts'
import type { Owner } from './owners.ts'
import { beginAction, systemContext } from '../../lifecycle/index.ts'
import { correctPower } from './correct-power.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { mustStop } from '../../domain/server/power-sync.ts'
import { ownersOf } from './owners.ts'

/**
 * What a host's guests show. It is written down, and where a server must not rest like that, it is stopped. A server
 * to which something has begun since the host looked is left alone: what it shows then is told later.
 */
export async function takeCensus(intake: Intake, { host, guests }: Census): Promise<Record<string, never>> {
  const { deps, cell } = intake
  await deps.cells.get(cell).write(async (tx) => {
    const owners = await ownersOf(tx, guests)
    const resting = guests.flatMap((guest) => {
      const owner = owners.get(guest.server)
      return isResting(guest, host, owner) ? [{ guest, owner }] : []
    })
    const shown = resting.map(({ guest }) => guest)
    await correctPower(tx, host, shown, ({ server }) => owners.get(server))
    for (const { guest, owner } of resting) {
      if (mustStop(owner.vm_state, guest.power)) await stop(tx, intake, guest.server)
    }
  })
  return {}
}

/** Orders that never came to the host have changed nothing there. */
function isResting(guest: CountedGuest, host: HostName, owner: Owner | undefined): owner is Owner {
  if (owner === undefined || owner.deleted_at !== null || owner.task_state !== null) return false
  if (owner.launched_at === null || owner.host !== host || owner.epoch !== guest.epoch) return false
  return guest.sequence >= owner.answered && guest.sequence <= owner.sequence
}

async function stop(tx: CellTx, { deps, cell }: Intake, server: ServerId): Promise<void> {
  const row = await instanceRow(tx, server)
  if (row === null) return
  const order = { action: 'stop', options: { graceful: null }, within: deps.timing.actWithin } as const
  const operation = await beginAction(tx, deps, systemContext(deps.ids), row, order)
  if (operation !== null) tx.afterCommit(() => deps.wake(cell, operation))
}
