import type { AtCell } from '../deps.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { HostName } from '../../domain/ids.ts'
import type { Millis } from '../../domain/unit/units.ts'
import { hostRow, isUp } from '../../storage/cell/hosts.ts'

/** Whether a host was heard of lately, and nobody says that it is down. */
export function isAlive({ deps, cell }: AtCell, host: HostName): Promise<boolean> {
  return deps.cells.get(cell).read((tx) => isAliveIn(tx, host, deps.timing.downAfter))
}

export async function isAliveIn(tx: CellTx, host: HostName, downAfter: Millis): Promise<boolean> {
  const row = await hostRow(tx, host)
  return row !== null && isUp(row, await tx.now(), downAfter)
}
