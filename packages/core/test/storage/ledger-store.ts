import type { GlobalStore, MigrationSet, StorageDriver } from '../../src/ports/storage.ts'
import { columns, insertIgnore, openStore } from '../../src/storage/index.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLog } from '../../src/system/log.ts'
import { seededRandom } from '../../src/system/random.ts'

export interface LedgerTables {
  entry: { id: string; amount: number; note: string | null }
}

const migrations: readonly MigrationSet[] = [
  {
    store: 'global',
    migrations: {
      '0001-ledger': {
        up: async (db) => {
          const type = columns(db)
          await db.schema
            .createTable('entry')
            .addColumn('id', type.id, (column) => column.primaryKey())
            .addColumn('amount', type.bigint, (column) => column.notNull())
            .addColumn('note', type.text)
            .execute()
        },
      },
    },
  },
]

export const deps = { clock: systemClock, random: seededRandom('ledger'), log: silentLog }

/** A global store with one table. */
export function openLedger(driver: StorageDriver, seed = 'ledger'): Promise<GlobalStore> {
  return openStore('global', 'global', driver, { ...deps, random: seededRandom(seed) }, migrations)
}

export async function add(store: GlobalStore, id: string, note: string | null = null): Promise<void> {
  await store.write((tx) => tx.db<LedgerTables>().insertInto('entry').values({ id, amount: 1, note }).execute())
}

export async function ids(store: GlobalStore): Promise<readonly string[]> {
  const rows = await store.read((tx) => tx.db<LedgerTables>().selectFrom('entry').select('id').orderBy('id').execute())
  return rows.map((row) => row.id)
}

/** Adds one to the entry `shared`, made when it is missing. */
export async function increment(store: GlobalStore): Promise<void> {
  await store.write(async (tx) => {
    await insertIgnore(tx, 'entry', [{ id: 'shared', amount: 0, note: null }])
    await tx
      .db<LedgerTables>()
      .updateTable('entry')
      .set((expression) => ({ amount: expression('amount', '+', 1) }))
      .where('id', '=', 'shared')
      .execute()
  })
}
