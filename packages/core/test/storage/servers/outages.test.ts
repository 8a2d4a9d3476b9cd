import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import type { GlobalStore } from '../../../src/ports/storage.ts'
import { millis } from '../../../src/domain/unit/units.ts'
import { testDatabase } from '../../../../../tools/servers/test-database.ts'
import { testProxy, type TestProxy } from '../../../../../tools/servers/test-proxy.ts'
import { describeOn, testServer } from '../../../../../tools/servers/test-server.ts'
import { add, ids, openLedger, type LedgerTables } from '../ledger-store.ts'
import { driverOf } from './drivers.ts'

const slow = {
  postgresql: sql`select pg_sleep(20)`,
  mariadb: sql`select count(*) from seq_1_to_1000000 as one, seq_1_to_1000000 as other`,
}

for (const name of ['postgresql', 'mariadb'] as const) {
  describeOn(await testServer(name), `${name} that breaks off`, (url) => {
    const database = testDatabase(name, url)
    let stores = 0

    async function open(more = {}): Promise<{ readonly store: GlobalStore; readonly proxy: TestProxy }> {
      const proxy = await testProxy(database.url)
      const store = await openLedger(driverOf[name]({ url: proxy.url, prefix: `t${stores++}_`, ...more }))
      onTestFinished(() => store.close())
      return { store, proxy }
    }

    test.each([
      ['before', []],
      ['after', ['a']],
    ] as const)(
      'during a commit, %s it is done: what is stored is unknown, and can be looked up',
      async (when, stored) => {
        const { store, proxy } = await open()
        proxy.cutCommit(when)
        await expect(add(store, 'a')).rejects.toMatchObject({ code: 'storage.unknown_commit' })
        expect(await ids(store)).toEqual(stored)
      },
    )

    test('in the middle of a transaction: nothing of it is stored, and the next one is', async () => {
      const { store, proxy } = await open()
      const writing = store.write(async (tx) => {
        const insert = (id: string) => tx.db<LedgerTables>().insertInto('entry').values({ id, amount: 1, note: null })
        await insert('a').execute()
        proxy.refuse()
        await insert('b').execute()
      })
      await expect(writing).rejects.toMatchObject({ code: 'storage.unreachable' })
      proxy.heal()
      await add(store, 'c')
      expect(await ids(store)).toEqual(['c'])
    })

    test('and is away for longer than there are connections: everybody is told, and it is used again when it is back', async () => {
      const { store, proxy } = await open({ connections: 3 })
      await add(store, 'a')
      proxy.refuse()
      for (let attempt = 0; attempt < 8; attempt++) {
        await expect(add(store, `b${attempt}`)).rejects.toMatchObject({ code: 'storage.unreachable' })
        await expect(ids(store)).rejects.toMatchObject({ code: 'storage.unreachable' })
      }
      proxy.heal()
      await Promise.all(['c', 'd', 'e', 'f'].map((id) => add(store, id)))
      expect(await ids(store)).toEqual(['a', 'c', 'd', 'e', 'f'])
    })

    test('without a word: it is given up soon after the time that a statement may take', async () => {
      const { store, proxy } = await open({ statementTimeout: millis(500), connections: 1 })
      await add(store, 'a')
      proxy.stall()
      await expect(add(store, 'b')).rejects.toMatchObject({ code: 'storage.unreachable' })
      await add(store, 'c')
      expect(await ids(store)).toEqual(['a', 'c'])
    })

    test('a statement that takes too long, whose connection then serves again', async () => {
      const { store } = await open({ statementTimeout: millis(500), connections: 1 })
      const began = performance.now()
      const reading = store.read((tx) => slow[name].execute(tx.db()))
      await expect(reading).rejects.toMatchObject({ code: 'storage.unreachable' })
      expect(performance.now() - began).toBeLessThan(2400)
      await add(store, 'a')
      expect(await ids(store)).toEqual(['a'])
    })

    test('at opening: it says so, and the next opening succeeds', async () => {
      const proxy = await testProxy(database.url)
      const driver = driverOf[name]({ url: proxy.url, prefix: `t${stores++}_` })
      proxy.refuse()
      await expect(openLedger(driver)).rejects.toMatchObject({ code: 'storage.unreachable' })
      proxy.heal()
      const store = await openLedger(driver)
      await add(store, 'a')
      await store.close()
    })
  })
}
