import type { CellId, HostName } from '../domain/ids.ts'
import type { ConductorDeps } from './deps.ts'
import { hostRow, isUp } from '../storage/cell/hosts.ts'

/** Whether a host of a cell was heard of lately, by the cell store's clock. */
export function hostIsUp(
  at: { readonly deps: ConductorDeps; readonly cell: CellId },
  host: HostName,
): Promise<boolean> {
  return at.deps.cells.get(at.cell).read(async (tx) => {
    const row = await hostRow(tx, host)
    return row !== null && isUp(row, await tx.now(), at.deps.timing.downAfter)
  })
}
