import { id, type CellId } from '../../domain/ids.ts'
import { instant } from '../../domain/unit/units.ts'
import type { MigrationSet, StorageDriver, Store } from '../../ports/storage.ts'
import { columns } from '../../storage/dialect/columns.ts'
import { openStore, type StoreDeps } from '../../storage/open-store.ts'
import { systemClock } from '../../system/clock.ts'
import { silentLog } from '../../system/log.ts'
import { seededRandom } from '../../system/random.ts'

/** The tables that the storage suite works on, in a global store and in a cell. */
export interface SuiteTables {
  account: { id: string; balance: number; version: number }
  thing: { id: string; name: string; note: string | null; big: number; at: number; ratio: number; on: number | boolean }
}

const accounts: MigrationSet['migrations'][string] = {
  up: async (db) => {
    const type = columns(db)
    await db.schema
      .createTable('account')
      .addColumn('id', type.id, (column) => column.primaryKey())
      .addColumn('balance', type.bigint, (column) => column.notNull())
      .addColumn('version', type.bigint, (column) => column.notNull())
      .execute()
  },
}

const things: MigrationSet['migrations'][string] = {
  up: async (db) => {
    const type = columns(db)
    await db.schema
      .createTable('thing')
      .addColumn('id', type.id, (column) => column.primaryKey())
      .addColumn('name', type.word, (column) => column.notNull())
      .addColumn('note', type.text)
      .addColumn('big', type.bigint, (column) => column.notNull())
      .addColumn('at', type.instant, (column) => column.notNull())
      .addColumn('ratio', type.real, (column) => column.notNull())
      .addColumn('on', type.boolean, (column) => column.notNull())
      .execute()
    await db.schema.createIndex('thing_name').unique().on('thing').column('name').execute()
  },
}

const first = { '0001-accounts': accounts }
const both = { ...first, '0002-things': things }

/** What version 1 of the suite's schema knows. */
export const oldMigrations: readonly MigrationSet[] = [{ store: 'global', migrations: first }]
export const suiteMigrations: readonly MigrationSet[] = [
  { store: 'global', migrations: both },
  { store: 'cell', migrations: both },
]

export const CELL: CellId = id<CellId>('3f1c1d52-8a55-4b1e-9a0e-6d1f0c2b7a90')

export const suiteDeps: StoreDeps = { clock: systemClock, random: seededRandom('describeStorage'), log: silentLog }

export function openGlobal(driver: StorageDriver, migrations = suiteMigrations): Promise<Store<'global'>> {
  return openStore('global', 'global', driver, suiteDeps, migrations)
}

export function openCell(driver: StorageDriver, migrations = suiteMigrations): Promise<Store<'cell'>> {
  return openStore('cell', CELL, driver, suiteDeps, migrations)
}

export function aThing(change: Partial<SuiteTables['thing']> = {}): SuiteTables['thing'] {
  return { id: 'a', name: 'one', note: null, big: 0, at: instant(0), ratio: 0.5, on: 0, ...change }
}
