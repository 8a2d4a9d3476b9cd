import type { CellId } from '../../domain/ids.ts'
import type { CellInfo } from '../../domain/cell/cell.ts'
import type { GlobalTables } from './tables.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import { id } from '../../domain/ids.ts'
import { insertIgnore } from '../index.ts'

export async function listCells(tx: GlobalTx): Promise<readonly CellInfo[]> {
  const rows = await tx
    .db<GlobalTables>()
    .selectFrom('cell')
    .selectAll()
    .orderBy('created_at')
    .orderBy('name')
    .execute()
  return rows.map((row) => ({ id: id<CellId>(row.id), name: row.name, disabled: row.disabled === 1 }))
}

/** Adds a cell unless one with that id or name is there. @returns whether it was added */
export async function addCell(tx: GlobalTx, cell: { readonly id: CellId; readonly name: string }): Promise<boolean> {
  const row = { id: cell.id, name: cell.name, disabled: 0, created_at: await tx.now() }
  return (await insertIgnore(tx, 'cell', [row])) === 1
}

/** @returns false where there is no such cell */
export async function setCellDisabled(tx: GlobalTx, cell: CellId, disabled: boolean): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .db<GlobalTables>()
    .updateTable('cell')
    .set({ disabled: disabled ? 1 : 0 })
    .where('id', '=', cell)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
