import type { Cell, Cells } from '../cells/cells.ts'
import type { CellId } from '../domain/ids.ts'
import type { CellInfo } from '../domain/cell/cell.ts'
import type { CloudParts } from './options.ts'
import type { GlobalStore, MigrationSet } from '../ports/storage.ts'
import { addCell, listCells } from '../storage/global/cells.ts'
import { CELL0, id } from '../domain/ids.ts'
import { cellMigrations, globalMigrations } from '../storage/migrations/index.ts'
import { namedUuid } from '../system/ids.ts'
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

/** Writes a cell down if it is new, and opens its store. */
export async function openCell(parts: StoreParts, global: GlobalStore, cells: Cells, name: string): Promise<Cell> {
  const cell = { id: cellIdOf(name), name }
  await global.write((tx) => addCell(tx, cell))
  const store = await openStore('cell', cell.id, parts.storage, parts, migrationsOf(parts))
  return cells.add({ ...cell, store })
}

/** cell0, those that were made before, and those that are asked for now. */
export async function openCells(
  parts: StoreParts,
  global: GlobalStore,
  cells: Cells,
  names: readonly string[],
): Promise<void> {
  const known: readonly CellInfo[] = await global.read(listCells)
  const all = new Set(['cell0', ...known.map((cell) => cell.name), ...names])
  for (const name of all) await openCell(parts, global, cells, name)
}
