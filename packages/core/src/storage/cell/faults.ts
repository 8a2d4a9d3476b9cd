import type { CellTables } from './tables.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { Fault } from '../../domain/server/server.ts'
import type { Problem } from '../../domain/error.ts'
import type { ServerId } from '../../domain/ids.ts'
import { instant } from '../../domain/unit/units.ts'

/** The latest fault of each of these servers. */
export async function faultsOf(tx: CellTx, servers: readonly string[]): Promise<ReadonlyMap<ServerId, Fault>> {
  if (servers.length === 0) return new Map()
  const rows = await tx
    .db<CellTables>()
    .selectFrom('instance_fault')
    .selectAll()
    .where('server', 'in', servers)
    .orderBy('at')
    .execute()
  return new Map(
    rows.map((row) => [row.server as ServerId, { ...(JSON.parse(row.problem) as Problem), at: instant(row.at) }]),
  )
}
