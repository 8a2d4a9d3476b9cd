import { expect, onTestFinished, test } from 'vitest'
import type { GlobalStore, GlobalTx } from '../../../src/ports/storage.ts'
import { testDatabase } from '../../../../../tools/servers/test-database.ts'
import { describeOn, testServer } from '../../../../../tools/servers/test-server.ts'
import { add, ids, openLedger, type LedgerTables } from '../ledger-store.ts'
import { driverOf } from './drivers.ts'

async function increase(tx: GlobalTx, id: string): Promise<void> {
  await tx
    .db<LedgerTables>()
    .updateTable('entry')
    .set((set) => ({ amount: set('amount', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

function amounts(store: GlobalStore): Promise<readonly number[]> {
  return store.read(async (tx) => {
    const rows = await tx.db<LedgerTables>().selectFrom('entry').select('amount').execute()
    return rows.map(({ amount }) => amount)
  })
}

for (const name of ['postgresql', 'mariadb'] as const) {
  describeOn(await testServer(name), `a failure on ${name} that somebody swallows in a transaction`, (url) => {
    const database = testDatabase(name, url)
    let stores = 0

    async function open(): Promise<GlobalStore> {
      const store = await openLedger(driverOf[name]({ url: database.url, prefix: `t${stores++}_` }))
      onTestFinished(() => store.close())
      return store
    }

    // MySQL has rolled back by itself then, and would store each of the following statements on its own.
    test('a deadlock: the transaction begins again, and is stored as a whole', async () => {
      const store = await open()
      for (const id of ['a', 'b']) await add(store, id)
      let deadlocks = 0
      let bothHold = 2
      const gate = Promise.withResolvers<void>()
      const crossing = (first: string, second: string) =>
        store.write(async (tx) => {
          await increase(tx, first)
          if (--bothHold === 0) gate.resolve()
          await gate.promise
          await increase(tx, second).catch(() => void deadlocks++)
          await increase(tx, second).catch(() => undefined)
        })
      await Promise.all([crossing('a', 'b'), crossing('b', 'a')])
      expect(deadlocks).toBeGreaterThan(0)
      // Each has increased its first once and its second twice.
      expect(await amounts(store)).toEqual([4, 4])
    })

    test('a taken key: nothing is stored that the caller does not know of', async () => {
      const store = await open()
      await add(store, 'a')
      const write = store.write(async (tx) => {
        const insert = (id: string) => tx.db<LedgerTables>().insertInto('entry').values({ id, amount: 1, note: null })
        await insert('b').execute()
        await insert('a')
          .execute()
          .catch(() => undefined)
      })
      if (name === 'postgresql') {
        await expect(write).rejects.toMatchObject({ code: 'storage.conflict' })
        expect(await ids(store)).toEqual(['a'])
      } else {
        await write
        expect(await ids(store)).toEqual(['a', 'b'])
      }
    })
  })
}
