import type { AtCell } from '../deps.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { ServerId } from '../../domain/ids.ts'
import { closeResize } from './close.ts'
import { id } from '../../domain/ids.ts'
import { isThere } from './standing.ts'
import { openResizeOf } from '../../storage/cell/open-resizes.ts'

/** A server that is deleted goes nowhere any more: what its resize has left behind goes with it, as if it were confirmed. */
export async function endResize(tx: CellTx, at: AtCell, row: InstanceRow, traceId: string): Promise<void> {
  // One that never was asked to do anything has no resize.
  if (row.sequence === 0) return
  const open = await openResizeOf(tx, id<ServerId>(row.id))
  if (open === null) return
  await closeResize(tx, at, open, isThere(row, open) ? 'source' : 'destination', 'confirmed', traceId)
}
