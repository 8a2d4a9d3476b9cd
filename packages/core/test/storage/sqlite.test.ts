import { chmod, mkdir, open, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { id, type CellId } from '../../src/domain/ids.ts'
import { instant } from '../../src/domain/unit/units.ts'
import type { StorageDriver } from '../../src/ports/storage.ts'
import { openStore, sqlite } from '../../src/storage/index.ts'
import { runChild } from './child.ts'
import { folder } from './folder.ts'
import { add, deps, ids, increment, openLedger, type LedgerTables } from './ledger-store.ts'

/** Runs SQL on the connection that a store of `driver` writes with. */
async function tell(driver: StorageDriver, statement: string): Promise<void> {
  const open = await driver.open('global', { now: () => instant(0) })
  await sql.raw(statement).execute(open.kysely)
  await open.close()
}

describe('sqlite: what it is given', () => {
  it.each([
    ['an unknown option', { file: 'a', folder: 'b' }],
    ['no place', {}],
    ['an empty file name', { file: '' }],
    ['two places', { file: 'a', files: () => 'b' }],
    ['another word', 'memory'],
    ['nothing', undefined],
  ])('refuses %s at once, and says what it takes', (_, options) => {
    expect(() => sqlite(options as never)).toThrow("sqlite() takes { file }, { files } or ':memory:'")
  })

  it('refuses two cells whose tables would be the same', async () => {
    const driver = sqlite(':memory:')
    const cell = (start: string): CellId => id<CellId>(`${start}-1111-4111-8111-123456789abc`)
    const one = await driver.open(cell('11111111'), deps.clock)
    await expect(driver.open(cell('22222222'), deps.clock)).rejects.toMatchObject({ code: 'storage.cannot_open' })
    await one.close()
  })
})

describe('sqlite: opening', () => {
  it('says that the folder is missing', async () => {
    const file = path.join(await folder(), 'not-there', 'nova.db')
    await expect(openLedger(sqlite({ file }))).rejects.toMatchObject({
      code: 'storage.cannot_open',
      message: expect.stringMatching(/there is no folder .*not-there. Make it first/),
    })
  })

  it('says that it was given a folder instead of a file', async () => {
    const file = await folder()
    await expect(openLedger(sqlite({ file }))).rejects.toMatchObject({
      code: 'storage.cannot_open',
      message: expect.stringContaining('it is a folder'),
    })
  })

  it('says that what should be its folder is a file', async () => {
    const file = path.join(await folder(), 'file')
    await writeFile(file, '')
    await expect(openLedger(sqlite({ file: path.join(file, 'nova.db') }))).rejects.toMatchObject({
      code: 'storage.cannot_open',
    })
  })

  it.each(['x'.repeat(5000), 'not a database'])('calls a file that is no database corrupt', async (content) => {
    const file = path.join(await folder(), 'nova.db')
    await writeFile(file, content)
    await expect(openLedger(sqlite({ file }))).rejects.toMatchObject({ code: 'storage.corrupt' })
  })

  it('calls a folder or a file that it may not write to read-only', async () => {
    const place = await folder()
    const file = path.join(place, 'nova.db')
    await (await openLedger(sqlite({ file }))).close()
    await chmod(place, 0o755)
    await chmod(file, 0o444)
    expect(await runChild('open-as', file)).toMatchObject({ out: 'storage.read_only', err: '' })
    await chmod(place, 0o555)
    expect(await runChild('open-as', path.join(place, 'other.db'))).toMatchObject({ out: 'storage.read_only', err: '' })
  })

  it('makes files that only their owner can read', async () => {
    const file = path.join(await folder(), 'nova.db')
    const store = await openLedger(sqlite({ file }))
    for (const end of ['', '-wal', '-shm']) expect((await stat(`${file}${end}`)).mode & 0o777).toBe(0o600)
    await store.close()
  })

  it('syncs the disk with every commit', async () => {
    const driver = sqlite({ file: path.join(await folder(), 'nova.db') })
    const open = await driver.open('global', deps.clock)
    expect((await sql`pragma synchronous`.execute(open.kysely)).rows).toEqual([{ synchronous: 2 }])
    expect((await sql`pragma journal_mode`.execute(open.kysely)).rows).toEqual([{ journal_mode: 'wal' }])
    await open.close()
  })

  it('works again after it could not be opened', async () => {
    const place = path.join(await folder(), 'later')
    const driver = sqlite({ file: path.join(place, 'nova.db') })
    await expect(openLedger(driver)).rejects.toMatchObject({ code: 'storage.cannot_open' })
    await mkdir(place)
    const store = await openLedger(driver)
    await add(store, 'a')
    expect(await ids(store)).toEqual(['a'])
    await store.close()
  })

  it('closes a shared file with its last store', async () => {
    const file = path.join(await folder(), 'nova.db')
    const driver = sqlite({ file })
    const [first, second] = [await openLedger(driver), await openLedger(driver)]
    await first.close()
    await add(second, 'a')
    await second.close()
    await expect(stat(`${file}-wal`)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('sqlite: values', () => {
  const insert = async (value: unknown): Promise<unknown> => {
    const store = await openLedger(sqlite(':memory:'))
    try {
      return await store.write(async (tx) => {
        await sql`insert into global_entry (note, id, amount) values (${value}, 'a', 1)`.execute(tx.db())
        const { rows } = await sql<{ note: unknown }>`select note from global_entry`.execute(tx.db())
        return rows[0]?.note
      })
    } finally {
      await store.close()
    }
  }

  it.each([
    ['a Date', new Date(0)],
    ['undefined', undefined],
    ['an object', { a: 1 }],
    ['an array', [1]],
    ['NaN', Number.NaN],
  ])('refuses %s, also as the first value of a statement', async (_, value) => {
    await expect(insert(value)).rejects.toMatchObject({
      code: 'storage.failed',
      detail: { text: expect.stringContaining('cannot hold') },
    })
  })

  it.each([
    ['a whole number as it is, not as 5.0', 5, '5'],
    ['a boolean as 0 or 1', true, '1'],
    ['null', null, null],
    ['bytes', new Uint8Array([0, 255]), new Uint8Array([0, 255])],
  ])('stores %s', async (_, value, stored) => {
    expect(await insert(value)).toEqual(stored)
  })

  it('answers with plain objects', async () => {
    const store = await openLedger(sqlite(':memory:'))
    await add(store, 'a')
    const rows = await store.read((tx) => tx.db<LedgerTables>().selectFrom('entry').selectAll().execute())
    expect(rows).toStrictEqual([{ id: 'a', amount: 1, note: null }])
    await store.close()
  })

  it('sees new columns of a table that it has read before', async () => {
    const driver = sqlite({ file: path.join(await folder(), 'nova.db') })
    const store = await openLedger(driver)
    await add(store, 'a')
    const rows = () => store.read((tx) => tx.db<LedgerTables>().selectFrom('entry').selectAll().execute())
    await rows()
    await tell(driver, "alter table global_entry add column more text default 'x'")
    expect(await rows()).toEqual([{ id: 'a', amount: 1, note: null, more: 'x' }])
    await store.close()
  })
})

describe('sqlite: reading while somebody writes', () => {
  it('sees what is committed, and does not wait, in a file', async () => {
    const store = await openLedger(sqlite({ file: path.join(await folder(), 'nova.db') }))
    await add(store, 'a')
    const { promise: gate, resolve: release } = Promise.withResolvers<void>()
    const writing = store.write(async (tx) => {
      await tx.db<LedgerTables>().deleteFrom('entry').execute()
      await gate
    })
    expect(await ids(store)).toEqual(['a'])
    release()
    await writing
    expect(await ids(store)).toEqual([])
    await store.close()
  })

  it('waits for the transaction in memory, and sees all of it', async () => {
    const store = await openLedger(sqlite(':memory:'))
    const writing = store.write(async (tx) => {
      await tx.db<LedgerTables>().insertInto('entry').values({ id: 'a', amount: 1, note: null }).execute()
    })
    expect(await ids(store)).toEqual(['a'])
    await writing
    await store.close()
  })
})

describe('sqlite: the event loop', () => {
  it.each(['in memory', 'in a file'])('gets its turn while somebody reads without end, %s', async (where) => {
    const file = path.join(await folder(), 'nova.db')
    const store = await openLedger(where === 'in memory' ? sqlite(':memory:') : sqlite({ file }))
    let reading = true
    setImmediate(() => (reading = false))
    let looks = 0
    while (reading && looks < 5000) {
      await ids(store)
      looks++
    }
    expect(looks).toBeLessThan(5000)
    await store.close()
  })
})

describe('sqlite: when the disk fails', () => {
  it('stores nothing when the disk is full, says so, and works on', async () => {
    const driver = sqlite({ file: path.join(await folder(), 'nova.db') })
    const store = await openLedger(driver)
    await tell(driver, 'pragma max_page_count = 40')
    const ends = await Promise.allSettled([add(store, 'a'), add(store, 'b', 'x'.repeat(400_000)), add(store, 'c')])
    expect(ends.map((end) => (end.status === 'rejected' ? end.reason.code : 'stored'))).toEqual([
      'stored',
      'storage.full',
      'stored',
    ])
    expect(await ids(store)).toEqual(['a', 'c'])
    await tell(driver, 'pragma max_page_count = 4000')
    await add(store, 'b', 'x'.repeat(400_000))
    expect(await ids(store)).toEqual(['a', 'b', 'c'])
    await store.close()
  })

  it('stores nothing when it may not write any more, says so, and works on', async () => {
    const driver = sqlite({ file: path.join(await folder(), 'nova.db') })
    const store = await openLedger(driver)
    await tell(driver, 'pragma query_only = on')
    await expect(add(store, 'a')).rejects.toMatchObject({ code: 'storage.read_only' })
    expect(await ids(store)).toEqual([])
    await tell(driver, 'pragma query_only = off')
    await add(store, 'a')
    expect(await ids(store)).toEqual(['a'])
    await store.close()
  })

  it('says that pages of the file are damaged', async () => {
    const file = path.join(await folder(), 'nova.db')
    const store = await openLedger(sqlite({ file }))
    for (let at = 0; at < 50; at++) await add(store, `${at}`, 'x'.repeat(1000))
    await store.close()
    const handle = await open(file, 'r+')
    await handle.write(Buffer.alloc(40_000, 0xa5), 0, 40_000, 8192)
    await handle.close()
    const look = async (): Promise<void> => {
      const damaged = await openLedger(sqlite({ file }))
      try {
        await ids(damaged)
      } finally {
        await damaged.close()
      }
    }
    await expect(look()).rejects.toMatchObject({ code: 'storage.corrupt' })
  })
})

describe('sqlite: several processes', () => {
  it('has on the disk what was answered, after the process is killed', async () => {
    const file = path.join(await folder(), 'nova.db')
    expect(await runChild('write-and-die', file, '100')).toMatchObject({ signal: 'SIGKILL', err: '' })
    const store = await openLedger(sqlite({ file }))
    expect(await ids(store)).toHaveLength(100)
    await store.close()
  })

  it('writes to one file from three processes, and nobody hears of a lock', async () => {
    const file = path.join(await folder(), 'nova.db')
    const children = ['one', 'two'].map((seed) => runChild('increment', file, '60', seed))
    const store = await openLedger(sqlite({ file }), 'parent')
    for (let round = 0; round < 60; round++) await Promise.all([increment(store), increment(store), increment(store)])
    for (const end of await Promise.all(children)) expect(end).toMatchObject({ code: 0, err: '' })
    const amount = await store.read((tx) =>
      tx.db<LedgerTables>().selectFrom('entry').select('amount').where('id', '=', 'shared').executeTakeFirstOrThrow(),
    )
    expect(amount.amount).toBe(3 * 60 * 3)
    await store.close()
  })

  it('answers storage.busy when another process does not let go', async () => {
    const file = path.join(await folder(), 'nova.db')
    const [holder, other] = [sqlite({ file }), sqlite({ file })]
    const first = await openLedger(holder)
    let now = 0
    const clock = {
      now: () => instant(now),
      sleep: async (span: number) => void (now += span),
      after: () => () => undefined,
    }
    const second = await openStore('global', 'global', other, { ...deps, clock }, [
      { store: 'global', migrations: { '0001-ledger': { up: async () => undefined } } },
    ])
    const { promise: gate, resolve: release } = Promise.withResolvers<void>()
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const holding = first.write(async () => {
      begin()
      await gate
    })
    await begun
    await expect(add(second, 'a')).rejects.toMatchObject({ code: 'storage.busy', help: 'same' })
    expect(now).toBeGreaterThanOrEqual(10_000)
    expect(now).toBeLessThan(10_050)
    release()
    await holding
    await add(second, 'a')
    expect(await ids(first)).toEqual(['a'])
    await Promise.all([first.close(), second.close()])
  })
})
