import { sql } from 'kysely'
import { expect } from 'vitest'
import { insertIgnore, upsert } from '../../storage/dialect/insert.ts'
import { aThing } from './fixture.ts'
import { addAccount, tables, type StorageCases } from './subject.ts'

/** What single statements count, refuse and change. */
export const statementCases = {
  'counts the rows that an update found, changed or not': async ({ store }) => {
    await store.write(async (tx) => {
      await addAccount(tx, 'a', 5)
      const same = tables(tx).updateTable('account').set({ balance: 5, version: 1 }).where('id', '=', 'a')
      expect((await same.executeTakeFirst()).numUpdatedRows).toBe(1n)
      expect((await same.executeTakeFirst()).numUpdatedRows).toBe(1n)
      const none = tables(tx).updateTable('account').set({ balance: 5 }).where('id', '=', 'nobody')
      expect((await none.executeTakeFirst()).numUpdatedRows).toBe(0n)
      const gone = tables(tx).deleteFrom('account').where('id', '=', 'a')
      expect((await gone.executeTakeFirst()).numDeletedRows).toBe(1n)
    })
  },

  'calls a taken unique key storage.conflict': async ({ store }) => {
    await store.write((tx) => tables(tx).insertInto('thing').values(aThing()).execute())
    const sameKey = store.write((tx) =>
      tables(tx)
        .insertInto('thing')
        .values(aThing({ name: 'two' }))
        .execute(),
    )
    await expect(sameKey).rejects.toMatchObject({ code: 'storage.conflict' })
    const sameName = store.write((tx) =>
      tables(tx)
        .insertInto('thing')
        .values(aThing({ id: 'b' }))
        .execute(),
    )
    await expect(sameName).rejects.toMatchObject({ code: 'storage.conflict' })
  },

  'calls a statement that makes no sense storage.failed, with the statement for the operator': async ({ store }) => {
    const write = store.write((tx) => tx.db<any>().selectFrom('no_such_table').selectAll().execute())
    await expect(write).rejects.toMatchObject({
      code: 'storage.failed',
      detail: { sql: expect.stringContaining('no_such_table') },
    })
  },

  'inserts only the rows whose keys are free, and counts them': async ({ store }) => {
    await store.write(async (tx) => {
      expect(await insertIgnore(tx, 'thing', [aThing()])).toBe(1)
      expect(await insertIgnore(tx, 'thing', [aThing({ big: 9 }), aThing({ id: 'b', name: 'two' })])).toBe(1)
      expect(await insertIgnore(tx, 'thing', [aThing({ id: 'c', name: 'two' })])).toBe(0)
      expect(await insertIgnore(tx, 'thing', [])).toBe(0)
    })
    const rows = await store.read((tx) => tables(tx).selectFrom('thing').select(['id', 'big']).orderBy('id').execute())
    expect(rows).toEqual([
      { id: 'a', big: 0 },
      { id: 'b', big: 0 },
    ])
  },

  'inserts what the database computes, beside values': async ({ store }) => {
    const computed = (id: string) => ({ ...aThing({ id, name: id }), big: sql<number>`6 * 7` })
    await store.write(async (tx) => {
      expect(await insertIgnore(tx, 'thing', [computed('a')])).toBe(1)
      expect(await insertIgnore(tx, 'thing', [aThing({ id: 'b', name: 'b', big: 1 }), computed('c')])).toBe(2)
    })
    const rows = await store.read((tx) => tables(tx).selectFrom('thing').select('big').orderBy('id').execute())
    expect(rows.map(({ big }) => big)).toEqual([42, 1, 42])
  },

  'inserts or changes, and leaves alone what it is not told to change': async ({ store }) => {
    await store.write(async (tx) => {
      await upsert(tx, 'thing', [aThing({ note: 'kept' })], { key: ['id'] })
      const again = [aThing({ note: 'lost', big: 2 }), aThing({ id: 'b', name: 'two', big: 3 })]
      await upsert(tx, 'thing', again, { key: ['id'], change: ['big'] })
    })
    const rows = await store.read((tx) =>
      tables(tx).selectFrom('thing').select(['note', 'big']).orderBy('id').execute(),
    )
    expect(rows).toEqual([
      { note: 'kept', big: 2 },
      { note: null, big: 3 },
    ])
  },

  'inserts more rows at once than one statement takes': async ({ store }) => {
    const rows = Array.from({ length: 6000 }, (_, at) => aThing({ id: `${at}`, name: `${at}` }))
    expect(await store.write((tx) => insertIgnore(tx, 'thing', rows))).toBe(6000)
  },
} satisfies StorageCases
