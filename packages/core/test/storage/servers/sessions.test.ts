import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { id, type CellId } from '../../../src/domain/ids.ts'
import type { GlobalStore } from '../../../src/ports/storage.ts'
import { seconds } from '../../../src/domain/unit/units.ts'
import type { ServerOptions } from '../../../src/storage/index.ts'
import { testDatabase } from '../../../../../tools/servers/test-database.ts'
import { describeOn, testServer, type ServerName } from '../../../../../tools/servers/test-server.ts'
import { add, deps, ids, openLedger } from '../ledger-store.ts'
import { driverOf } from './drivers.ts'

async function open(name: ServerName, options: ServerOptions): Promise<GlobalStore> {
  const store = await openLedger(driverOf[name](options))
  onTestFinished(() => store.close())
  return store
}

async function ask(store: GlobalStore, question: string): Promise<unknown> {
  const { rows } = await store.write((tx) => sql.raw<Record<string, unknown>>(question).execute(tx.db()))
  return rows.map((row) => Object.values(row)).flat()
}

describeOn(await testServer('postgresql'), 'sessions of PostgreSQL', (url) => {
  const database = testDatabase('postgresql', url)

  test('are as we set them, whatever the database has for defaults', async () => {
    const name = new URL(database.url).pathname.slice(1)
    await database.run(
      `alter database ${name} set default_transaction_isolation = 'serializable'`,
      `alter database ${name} set statement_timeout = 250`,
    )
    const store = await open('postgresql', { url: database.url, statementTimeout: seconds(7) })
    const settings = ['transaction_isolation', 'default_transaction_isolation', 'statement_timeout']
    const question = settings.map((setting) => `current_setting('${setting}') as ${setting}`).join(', ')
    expect(await ask(store, `select ${question}`)).toEqual(['read committed', 'read committed', '7s'])
  })

  test('give large numbers as numbers, and as text what no number can say', async () => {
    const store = await open('postgresql', { url: database.url })
    const question = 'select count(*) as n, 9007199254740991::bigint as most, 9007199254740993::bigint as more'
    expect(await ask(store, question)).toEqual([1, Number.MAX_SAFE_INTEGER, '9007199254740993'])
  })
})

describeOn(await testServer('mariadb'), 'sessions of MariaDB', (url) => {
  const database = testDatabase('mariadb', url)

  test('are as we set them, whatever the server has for defaults', async () => {
    const store = await open('mariadb', { url: database.url, statementTimeout: seconds(7) })
    const settings = ['tx_isolation', 'autocommit', 'max_statement_time', 'innodb_lock_wait_timeout']
    const question = settings.map((setting) => `@@session.${setting}`).join(', ')
    expect(await ask(store, `select ${question}`)).toEqual(['READ-COMMITTED', 1, 7, 7])
    const own =
      'select trx_isolation_level from information_schema.innodb_trx where trx_mysql_thread_id = connection_id()'
    const { rows } = await store.write(async (tx) => {
      await sql`insert into global_entry (id, amount) values ('level', 1)`.execute(tx.db())
      return sql.raw<{ trx_isolation_level: string }>(own).execute(tx.db())
    })
    expect(rows).toEqual([{ trx_isolation_level: 'READ COMMITTED' }])
  })

  test('refuse what does not fit, though the server would cut it off', async () => {
    const store = await open('mariadb', { url: database.url })
    await expect(add(store, 'x'.repeat(300))).rejects.toMatchObject({ code: 'storage.failed' })
  })

  test('take text for text, backslashes and question marks too', async () => {
    const store = await open('mariadb', { url: database.url })
    const texts = [`\\' or 1=1 -- ?`, '?', '\\', '"`', '\u0000', '%_']
    for (const text of texts) await add(store, text, text)
    const notes = await store.read((tx) =>
      tx.db<any>().selectFrom('entry').select('note').where('id', 'in', texts).execute(),
    )
    expect(new Set(notes.map(({ note }) => note))).toEqual(new Set(texts))
  })
})

for (const name of ['postgresql', 'mariadb'] as const) {
  describeOn(await testServer(name), `connections to ${name}`, (url) => {
    const database = testDatabase(name, url)

    test('are shared by stores, and are few for many', async () => {
      const driver = driverOf[name]({ url: database.url, prefix: 'few_', connections: 2 })
      const stores = [await openLedger(driver), await openLedger(driver)]
      await Promise.all(Array.from({ length: 40 }, (_, at) => add(stores[at % 2]!, `${at}`)))
      expect(await ids(stores[0]!)).toHaveLength(40)
      const count = {
        postgresql: `select count(*) as n from pg_stat_activity where datname = current_database() and application_name = 'novakit'`,
        mariadb: 'select count(*) as n from information_schema.processlist where db = database()',
      }
      // Our two, and in MariaDB's count perhaps that of the test itself.
      expect(Number(await ask(stores[0]!, count[name]))).toBeLessThanOrEqual(3)
      await stores[0]!.close()
      await add(stores[1]!, 'last')
      await stores[1]!.close()
    })

    test.each([
      ['a Date', new Date(0)],
      ['undefined', undefined],
      ['an object', { a: 1 }],
      ['an array', [1]],
      ['NaN', Number.NaN],
    ])('carry no value that no column can hold: %s', async (_, value) => {
      const store = await open(name, { url: database.url })
      const write = store.write((tx) => sql`select ${value}`.execute(tx.db()))
      await expect(write).rejects.toMatchObject({
        code: 'storage.failed',
        detail: { text: expect.stringContaining('cannot hold') },
      })
    })

    test('are refused for a wrong password and a missing database, which waiting does not help', async () => {
      const wrong = new URL(database.url)
      wrong.password = 'secret-that-is-wrong'
      const missing = new URL(database.url)
      missing.pathname = '/not_there'
      for (const { href } of [wrong, missing]) {
        const opening = openLedger(driverOf[name]({ url: href }))
        await expect(opening).rejects.toMatchObject({
          code: 'storage.cannot_open',
          message: expect.not.stringContaining('secret-that-is-wrong'),
        })
      }
    })

    test('lead to a database for each store, if there is one', async () => {
      const cell = id<CellId>('11111111-1111-4111-8111-111111111111')
      const driver = driverOf[name]({ url: (store) => (store === 'global' ? database.url : `${database.url}_cell`) })
      const global = await driver.open('global', deps.clock)
      await expect(driver.open(cell, deps.clock)).rejects.toMatchObject({
        code: 'storage.cannot_open',
        message: expect.stringContaining('_cell'),
      })
      await global.close()
    })
  })
}
