import type { CellTables, InstanceRow } from '../../storage/cell/tables.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { Guest } from '../../ports/hypervisor.ts'
import type { ServerId } from '../../domain/ids.ts'

const OWNED = [
  'host',
  'epoch',
  'sequence',
  'answered',
  'vm_state',
  'task_state',
  'power_state',
  'launched_at',
  'deleted_at',
] as const

/** What of a server's row tells whether a guest is its own, and what it should show. */
export type Owner = Pick<InstanceRow, (typeof OWNED)[number]>
export type Owners = ReadonlyMap<ServerId, Owner>

const GUESTS_PER_QUERY = 500

/** By server; none for those that nobody knows. */
export async function ownersOf(tx: CellTx, guests: readonly Guest[]): Promise<Owners> {
  const owners = new Map<ServerId, Owner>()
  for (let start = 0; start < guests.length; start += GUESTS_PER_QUERY) {
    const servers = guests.slice(start, start + GUESTS_PER_QUERY).map((guest) => guest.server)
    const rows = await tx
      .db<CellTables>()
      .selectFrom('instance')
      .select(['id', ...OWNED])
      .where('id', 'in', servers)
      .execute()
    for (const row of rows) owners.set(row.id as ServerId, row)
  }
  return owners
}
