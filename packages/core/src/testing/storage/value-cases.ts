import { expect } from 'vitest'
import { insertIgnore } from '../../storage/dialect/insert.ts'
import { aThing } from './fixture.ts'
import { addAccount, balanceOf, tables, type StorageCases } from './subject.ts'

/** What columns hold. */
export const valueCases = {
  'gives back large texts, unicode, whole numbers up to 2^53 - 1, fractions, flags and nulls': async ({ store }) => {
    const things = [
      aThing({
        id: 'a',
        name: 'one',
        note: 'x'.repeat(1_000_000),
        big: Number.MAX_SAFE_INTEGER,
        at: 1_795_000_000_123,
      }),
      aThing({
        id: 'b',
        name: 'zwei',
        note: `'";--\\ Zoë 🦊 \u2028 \t\n`,
        big: -Number.MAX_SAFE_INTEGER,
        ratio: 0.1,
        on: 1,
      }),
      aThing({ id: 'c', name: '', note: null, big: 0, ratio: -1e-9 }),
      aThing({ id: 'd', name: '42', note: '' }),
    ]
    await store.write((tx) => insertIgnore(tx, 'thing', things))
    expect(await store.read((tx) => tables(tx).selectFrom('thing').selectAll().orderBy('id').execute())).toEqual(things)
  },

  'adds to and compares whole numbers exactly': async ({ store }) => {
    const most = Number.MAX_SAFE_INTEGER
    await store.write(async (tx) => {
      await addAccount(tx, 'a', most - 2)
      const add = (by: number) =>
        tables(tx)
          .updateTable('account')
          .set((expression) => ({ balance: expression('balance', '+', by) }))
          .where((expression) => expression(expression('balance', '+', by), '<=', most))
          .executeTakeFirst()
      expect((await add(2)).numUpdatedRows).toBe(1n)
      expect((await add(1)).numUpdatedRows).toBe(0n)
    })
    expect(await store.read((tx) => balanceOf(tx, 'a'))).toBe(most)
  },

  'tells keys apart byte by byte, and orders them so': async ({ store }) => {
    const keys = ['B', 'a', 'A', 'á', 'a ', ' a', 'a b', 'a-b', 'a_b', 'Z', 'z']
    await store.write(async (tx) => {
      for (const key of keys) await addAccount(tx, key, 1)
    })
    const rows = await store.read((tx) => tables(tx).selectFrom('account').select('id').orderBy('id').execute())
    const bytewise = keys.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    expect(rows.map((row) => row.id)).toEqual(bytewise)
  },
} satisfies StorageCases
