import { expect } from 'vitest'
import type { Kysely } from 'kysely'
import type { MigrationSet, StorageDriver } from '../../ports/storage.ts'
import { oldMigrations, openCell, openGlobal } from './fixture.ts'
import { addAccount, balanceOf, tables, type StorageCases } from './subject.ts'

/** Prefixes and migrations. */
export const schemaCases = {
  'keeps stores apart that have tables of the same names': async ({ store, driver }) => {
    const cell = await openCell(driver)
    await store.write((tx) => addAccount(tx, 'a', 1))
    await cell.write((tx) => addAccount(tx, 'a', 2))
    await cell.write((tx) => tables(tx).updateTable('account').set({ version: 9 }).execute())
    expect(await store.read((tx) => balanceOf(tx, 'a'))).toBe(1)
    expect(await cell.read((tx) => balanceOf(tx, 'a'))).toBe(2)
    const joined = await store.read((tx) =>
      tables(tx)
        .selectFrom('account')
        .innerJoin('account as other', 'other.id', 'account.id')
        .select(['account.balance', 'other.version'])
        .execute(),
    )
    expect(joined).toEqual([{ balance: 1, version: 0 }])
    await cell.close()
  },

  'opens again what it has migrated, and loses nothing': async ({ store, driver }) => {
    await store.write((tx) => addAccount(tx, 'a', 1))
    const again = await openGlobal(driver)
    expect(await again.read((tx) => balanceOf(tx, 'a'))).toBe(1)
    await again.close()
  },

  'migrates once when it is opened twice at the same time': async ({ driver }) => {
    const stores = await Promise.all([openCell(driver), openCell(driver), openCell(driver)])
    await stores[0].write((tx) => addAccount(tx, 'a', 1))
    expect(await stores[2].read((tx) => balanceOf(tx, 'a'))).toBe(1)
    for (const store of stores) await store.close()
  },

  'refuses a database that a newer version has migrated': async ({ driver }) => {
    await expect(openGlobal(driver, oldMigrations)).rejects.toMatchObject({
      code: 'storage.schema_newer',
      message: expect.stringContaining('0002-things'),
    })
  },

  'refuses to work on a schema that it may not migrate': async ({ driver }) => {
    const careful: StorageDriver = {
      name: driver.name,
      open: async (name, environment) => ({ ...(await driver.open(name, environment)), migrate: 'never' }),
    }
    await (await openGlobal(careful)).close()
    await expect(openCell(careful)).rejects.toMatchObject({
      code: 'storage.schema_older',
      message: expect.stringContaining('2 migrations'),
    })
  },

  'names the migration that failed, and leaves nothing of it that stops the next try': async ({ driver }) => {
    const broken = (statement: (db: Kysely<any>) => Promise<unknown>): MigrationSet => ({
      store: 'cell',
      migrations: { '0001-broken': { up: async (db: Kysely<any>) => void (await statement(db)) } },
    })
    const half = async (db: Kysely<any>): Promise<void> => {
      await db.schema
        .createTable('t')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .execute()
      await db.schema.createIndex('t_id').on('t').column('id').execute()
      await db.insertInto('t').values({ id: 1 }).execute()
    }
    const nonsense = broken(async (db) => {
      await half(db)
      await db.deleteFrom('no_such_table').execute()
    })
    await expect(openCell(driver, [nonsense])).rejects.toMatchObject({
      code: 'storage.migration_failed',
      message: expect.stringContaining('0001-broken'),
    })
    const store = await openCell(driver, [broken(half)])
    expect(await store.read((tx) => tx.db<any>().selectFrom('t').selectAll().execute())).toEqual([{ id: 1 }])
    await store.close()
  },
} satisfies StorageCases
