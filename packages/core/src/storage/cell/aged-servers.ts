import type { CellTables } from './tables.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { Millis } from '../../domain/unit/units.ts'
import type { ServerId } from '../../domain/ids.ts'
import type { VmState } from '../../domain/server/states.ts'
import { id } from '../../domain/ids.ts'

/** How many are looked for at once: the others come the next time. */
const PAGE = 100

/** Servers that have rested in that state, set aside, for so long or longer; oldest first. */
export async function agedServers(tx: CellTx, vmState: VmState, age: Millis): Promise<readonly ServerId[]> {
  const rows = await tx
    .db<CellTables>()
    .selectFrom('instance')
    .select('id')
    .where('set_aside_at', '<=', (await tx.now()) - age)
    .where('vm_state', '=', vmState)
    .where('task_state', 'is', null)
    .where('deleted_at', 'is', null)
    .orderBy('set_aside_at')
    .orderBy('id')
    .limit(PAGE)
    .execute()
  return rows.map((row) => id<ServerId>(row.id))
}
