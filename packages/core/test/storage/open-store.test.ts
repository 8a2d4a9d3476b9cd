import { describe, expect, it } from 'vitest'
import type { GlobalStore, MigrationSet, StorageFailure } from '../../src/ports/storage.ts'
import { instant, millis } from '../../src/domain/unit/units.ts'
import { openStore, ownKysely, sqlite } from '../../src/storage/index.ts'
import { manualClock } from '../../src/system/clock.ts'
import { logTo, silentLog, type LogLine } from '../../src/system/log.ts'
import { seededRandom } from '../../src/system/random.ts'
import { faultyStorage, scriptedFaults } from '../../src/testing/faulty-storage.ts'
import { add, deps, ids, openLedger } from './ledger-store.ts'
import { scriptedKysely, type Scripted } from './scripted-kysely.ts'

const coded = (code: string): Error => Object.assign(new Error(`scripted ${code}`), { code })

/** A store over a scripted PostgreSQL. `failures` are thrown by what starts with their keys, each once. */
async function postgres(
  failures: Record<string, Error[]> = {},
): Promise<Scripted & { store: GlobalStore; lines: LogLine[] }> {
  const scripted = scriptedKysely('postgres', (sent) => {
    const error = Object.entries(failures)
      .find(([start, errors]) => sent.startsWith(start) && errors.length > 0)?.[1]
      .shift()
    if (error !== undefined) throw error
    if (sent.includes('clock_timestamp')) return [{ now: '1795000000123' }]
    return sent.includes('migration') ? [{ name: '0001-done' }] : []
  })
  const lines: LogLine[] = []
  const migrations: MigrationSet[] = [{ store: 'global', migrations: { '0001-done': { up: async () => undefined } } }]
  const driver = ownKysely({ kysely: scripted.kysely, dialect: 'postgres' })
  const log = logTo((line) => lines.push(line))
  const store = await openStore('global', 'global', driver, { ...deps, log }, migrations)
  scripted.log.length = 0
  return { ...scripted, store, lines }
}

const insert = (store: GlobalStore): Promise<void> =>
  store.write(async (tx) => void (await tx.db<any>().insertInto('t').values({ id: 'a' }).execute()))

const INSERT = 'insert into "novakit_global_t" ("id") values ($1)'

describe('openStore over PostgreSQL', () => {
  it('writes at READ COMMITTED', async () => {
    const { store, log } = await postgres()
    await insert(store)
    expect(log).toEqual(['begin read committed', INSERT, 'commit'])
  })

  it('runs a transaction again that lost against another one, at a statement or at COMMIT', async () => {
    const { store, log, lines } = await postgres({ insert: [coded('40P01')], commit: [coded('40001')] })
    let runs = 0
    await store.write(async (tx) => {
      runs++
      await tx.db<any>().insertInto('t').values({ id: 'a' }).execute()
    })
    const once = ['begin read committed', INSERT]
    expect(log).toEqual([...once, 'rollback', ...once, 'commit', 'rollback', ...once, 'commit'])
    expect(runs).toBe(3)
    expect(lines).toEqual([])
  })

  it('begins again after a deadlock that the work has swallowed, and sends nothing more before', async () => {
    const { store, log } = await postgres({ insert: [coded('40P01')] })
    await store.write(async (tx) => {
      const insertion = () => tx.db<any>().insertInto('t').values({ id: 'a' }).execute()
      await insertion().catch(() => undefined)
      await insertion().catch(() => undefined)
    })
    expect(log).toEqual(['begin read committed', INSERT, 'rollback', 'begin read committed', INSERT, INSERT, 'commit'])
  })

  it('does not run again what may have been committed, and runs nothing that was to follow', async () => {
    const { store, log, lines } = await postgres({ commit: [coded('57P01')] })
    let followed = false
    const write = store.write(async (tx) => {
      tx.afterCommit(() => {
        followed = true
      })
      await tx.db<any>().insertInto('t').values({ id: 'a' }).execute()
    })
    await expect(write).rejects.toMatchObject({ code: 'storage.unknown_commit', help: 'same' })
    expect(log.filter((sent) => sent === INSERT)).toHaveLength(1)
    expect(followed).toBe(false)
    expect(lines).toMatchObject([{ level: 'error', facts: { failure: 'unknown_commit', store: 'global' } }])
  })

  it('knows that nothing is stored when the connection breaks before COMMIT', async () => {
    const { store } = await postgres({ insert: [coded('ECONNRESET')], rollback: [coded('ECONNRESET')] })
    await expect(insert(store)).rejects.toMatchObject({ code: 'storage.unreachable', help: 'later' })
  })

  it('says that nobody answers when a transaction cannot even begin', async () => {
    const { store } = await postgres({ begin: [coded('ECONNREFUSED')] })
    await expect(insert(store)).rejects.toMatchObject({ code: 'storage.unreachable' })
  })

  it('passes on what the work threw, also when ROLLBACK meets a broken connection', async () => {
    const { store } = await postgres({ rollback: [coded('ECONNRESET')] })
    const thrown = new Error('quota')
    const write = store.write(async () => {
      throw thrown
    })
    await expect(write).rejects.toBe(thrown)
  })

  it('asks the clock of the database', async () => {
    const { store } = await postgres()
    expect(await store.write((tx) => tx.now())).toBe(1_795_000_000_123)
  })

  it('keeps values out of what it logs', async () => {
    const { store, lines } = await postgres({ insert: [coded('42P01')] })
    const write = store.write((tx) => tx.db<any>().insertInto('t').values({ id: 'canary' }).execute())
    await expect(write).rejects.toMatchObject({ code: 'storage.failed' })
    expect(lines).toHaveLength(1)
    expect(JSON.stringify(lines)).not.toContain('canary')
  })
})

describe('openStore: waiting for a busy database', () => {
  it('pauses longer each time, up to 25 ms, never the same, and gives up after ten seconds', async () => {
    const pauses: number[] = []
    let now = 0
    const clock = {
      now: () => instant(now),
      sleep: async (span: number) => {
        pauses.push(span)
        now += span
      },
      after: () => () => undefined,
    }
    const faults = scriptedFaults()
    const driver = faultyStorage(sqlite(':memory:'), faults)
    const store = await openStore('global', 'global', driver, { clock, random: seededRandom('x'), log: silentLog }, [])
    faults.always('retry')
    await expect(store.write(async () => 1)).rejects.toMatchObject({ code: 'storage.busy' })
    expect(now).toBeGreaterThanOrEqual(10_000)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(25)
    expect(Math.max(...pauses.slice(0, 2))).toBeLessThanOrEqual(4)
    expect(new Set(pauses).size).toBeGreaterThan(pauses.length / 2)
    await store.close()
  })

  it('waits by the clock it was given', async () => {
    const clock = manualClock()
    const faults = scriptedFaults()
    const driver = faultyStorage(sqlite(':memory:'), faults)
    const store = await openStore('global', 'global', driver, { ...deps, clock }, [])
    faults.script('retry')
    let done = false
    const write = store.write(async () => 1).then(() => (done = true))
    while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(done).toBe(false)
    await clock.advance(millis(50))
    await write
    expect(done).toBe(true)
    await store.close()
  })
})

describe('faultyStorage', () => {
  const faulty = async () => {
    const faults = scriptedFaults()
    const store = await openLedger(faultyStorage(sqlite(':memory:'), faults))
    return { faults, store }
  }

  it('lets a transaction lose and run again', async () => {
    const { faults, store } = await faulty()
    faults.script('retry', 'retry')
    await add(store, 'a')
    expect(await ids(store)).toEqual(['a'])
  })

  it.each([
    ['lost', 'storage.unreachable', []],
    ['full', 'storage.full', []],
    ['read_only', 'storage.read_only', []],
    ['unknown_lost', 'storage.unknown_commit', []],
    ['unknown_kept', 'storage.unknown_commit', ['a']],
  ] as const)('makes %s answer %s', async (fault, code, stored) => {
    const { faults, store } = await faulty()
    faults.script(fault)
    await expect(add(store, 'a')).rejects.toMatchObject({ code })
    expect(await ids(store)).toEqual(stored)
    await add(store, 'b')
    expect(await ids(store)).toEqual([...stored, 'b'])
  })

  it('stops everything until it is healed', async () => {
    const faults = scriptedFaults()
    const driver = faultyStorage(sqlite(':memory:'), faults)
    const store = await openLedger(driver)
    faults.always('stopped')
    await expect(add(store, 'a')).rejects.toMatchObject({ code: 'storage.unreachable' })
    await expect(ids(store)).rejects.toMatchObject({ code: 'storage.unreachable' })
    await expect(openLedger(driver)).rejects.toMatchObject({ code: 'storage.unreachable' })
    faults.heal()
    await add(store, 'a')
    expect(await ids(store)).toEqual(['a'])
  })
})

describe('openStore: migrations', () => {
  it('refuses two packages that name a migration alike', async () => {
    const set: MigrationSet = { store: 'global', migrations: { '0001-x': { up: async () => undefined } } }
    await expect(openStore('global', 'global', sqlite(':memory:'), deps, [set, set])).rejects.toThrow('0001-x')
  })

  it('runs those of a package that came later, though they sort before what is done', async () => {
    const driver = sqlite(':memory:')
    const ran: string[] = []
    const set = (...names: string[]): MigrationSet => ({
      store: 'global',
      migrations: Object.fromEntries(names.map((name) => [name, { up: async () => void ran.push(name) }])),
    })
    const first = await openStore('global', 'global', driver, deps, [set('0001-b', '0002-b')])
    const second = await openStore('global', 'global', driver, deps, [set('0001-b', '0002-b'), set('0001-a')])
    expect(ran).toEqual(['0001-b', '0002-b', '0001-a'])
    await Promise.all([first.close(), second.close()])
  })

  it('gives a failure of the disk its own name', async () => {
    const kinds: StorageFailure[] = ['read_only', 'full']
    for (const kind of kinds) {
      const driver = sqlite(':memory:')
      const broken = {
        ...driver,
        open: async (...given: Parameters<typeof driver.open>) => ({
          ...(await driver.open(...given)),
          classify: () => kind,
        }),
      }
      await expect(openLedger(broken)).rejects.toMatchObject({ code: `storage.${kind}` })
    }
  })
})
