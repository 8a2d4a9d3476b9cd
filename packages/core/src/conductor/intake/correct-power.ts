import type { CellTables } from '../../storage/cell/tables.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { Guest } from '../../ports/hypervisor.ts'
import type { Owner } from './owners.ts'
import type { HostName } from '../../domain/ids.ts'

const GUESTS_PER_WRITE = 500

/**
 * Shows the power that a host has found its guests in: the events that told of it may have been lost while the host or
 * the conductor was away. Servers to which something is being done are left to whoever does it.
 */
export async function correctPower(
  tx: CellTx,
  host: HostName,
  guests: readonly Guest[],
  ownerOf: (guest: Guest) => Owner | undefined,
): Promise<void> {
  const wrong = guests.filter((guest) => differs(guest, host, ownerOf(guest)))
  const alike = Map.groupBy(wrong, ({ power, epoch }) => `${power} at ${epoch}`)
  for (const group of alike.values()) {
    for (let start = 0; start < group.length; start += GUESTS_PER_WRITE) {
      await setPower(tx, host, group.slice(start, start + GUESTS_PER_WRITE))
    }
  }
}

function differs(guest: Guest, host: HostName, owner: Owner | undefined): boolean {
  if (owner === undefined || owner.deleted_at !== null || owner.task_state !== null) return false
  return owner.host === host && owner.epoch === guest.epoch && owner.power_state !== guest.power
}

/** Guests of one epoch and in the same power. */
async function setPower(tx: CellTx, host: HostName, guests: readonly Guest[]): Promise<void> {
  const [first] = guests
  if (first === undefined) return
  const servers = guests.map((guest) => guest.server)
  await tx
    .db<CellTables>()
    .updateTable('instance')
    .set({ power_state: first.power, updated_at: await tx.now() })
    .where('id', 'in', servers)
    .where('host', '=', host)
    .where('epoch', '=', first.epoch)
    .where('task_state', 'is', null)
    .where('deleted_at', 'is', null)
    .execute()
}
