import type { Cell, Cells } from '../cells/cells.ts'
import type { CellId } from '../domain/ids.ts'
import type { CellInfo } from '../domain/cell/cell.ts'
import type { CloudParts } from './options.ts'
import type { CellStore, GlobalStore, MigrationSet } from '../ports/storage.ts'
import { addCell, listCells } from '../storage/global/cells.ts'
import { cellErrors } from '../domain/cell/errors.ts'
import { CELL0, id } from '../domain/ids.ts'
import { cellMigrations, globalMigrations } from '../storage/migrations/index.ts'
import { namedUuid } from '../system/ids.ts'
import { problemOf } from '../domain/error.ts'
import { openLater } from './open-later.ts'
import { openStore } from '../storage/index.ts'
import { spineMigrations } from '../saga/migrations/index.ts'

type StoreParts = Pick<CloudParts, 'storage' | 'ledger' | 'clock' | 'random' | 'log'>

export function openGlobalStore(parts: StoreParts): Promise<GlobalStore> {
  return openStore('global', 'global', parts.storage, parts, migrationsOf(parts))
}

function migrationsOf({ ledger }: StoreParts): readonly MigrationSet[] {
  return [globalMigrations, cellMigrations, ...spineMigrations, ...ledger.migrations]
}

/** The same cell has the same id in every process, so that agents find its conductors. */
export function cellIdOf(name: string): CellId {
  return name === 'cell0' ? CELL0 : id<CellId>(namedUuid('cell', name))
}

/** Opens the store of a cell, at once or when it answers, and takes the cell in, unless that was done meanwhile. */
async function takeIn(parts: StoreParts, cells: Cells, cell: NewCell): Promise<Cell> {
  const open = (): Promise<CellStore> => openCellStore(parts, cell)
  const store = await open().catch((error: unknown) => {
    if (!mayPass(error)) throw error
    const { code, message } = problemOf(error)
    parts.log.error('a cell cannot be opened; it is tried again', { cell: cell.name, code, message })
    return openLater(cell.id, open)
  })
  const known = cells.list().find(({ id }) => id === cell.id)
  if (known === undefined) return cells.add({ ...cell, store })
  await store.close()
  return known
}

/**
 * One cell that is down does not keep the others from working. A cell of another version does: this process would
 * never get on with it.
 */
function mayPass(error: unknown): boolean {
  const { code } = problemOf(error)
  return code.startsWith('storage.') && !code.startsWith('storage.schema_') && code !== 'storage.closed'
}

type NewCell = Pick<CellInfo, 'id' | 'name'>

function openCellStore(parts: StoreParts, { id }: NewCell): Promise<CellStore> {
  return openStore('cell', id, parts.storage, parts, migrationsOf(parts))
}

/** cell0, those that were made before, and those that are asked for now. */
export async function openCells(
  parts: StoreParts,
  global: GlobalStore,
  cells: Cells,
  names: readonly string[],
): Promise<void> {
  for (const name of ['cell0', ...names]) await global.write((tx) => addCell(tx, { id: cellIdOf(name), name }))
  await openNewCells(parts, global, cells)
}

/** Takes in the cells that are written down and were not taken in yet. @returns those */
export async function openNewCells(parts: StoreParts, global: GlobalStore, cells: Cells): Promise<readonly Cell[]> {
  const known = new Set(cells.list().map(({ id }) => id))
  const strangers = (await global.read(listCells)).filter(({ id }) => !known.has(id))
  const taken: Cell[] = []
  for (const { id, name } of strangers) taken.push(await takeIn(parts, cells, { id, name }))
  return taken
}

/** Writes a new cell down, once its store is open, and takes it in. @throws `cell.exists`, `storage.*` */
export async function makeCell(parts: StoreParts, global: GlobalStore, cells: Cells, name: string): Promise<Cell> {
  const cell = { id: cellIdOf(name), name }
  const store = await openCellStore(parts, cell)
  try {
    if (!(await global.write((tx) => addCell(tx, cell)))) throw cellErrors.exists({ cell: name })
    return await takeIn(parts, cells, cell)
  } finally {
    await store.close()
  }
}
