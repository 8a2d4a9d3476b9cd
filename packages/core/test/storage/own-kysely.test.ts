import path from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { CELL0 } from '../../src/domain/ids.ts'
import { ownKysely } from '../../src/storage/index.ts'
import { folder } from './folder.ts'
import { hostKysely } from './host-kysely.ts'
import { add, deps, ids, openLedger } from './ledger-store.ts'

describe('ownKysely', () => {
  it("stands beside the host app's tables, and leaves its connection open", async () => {
    const kysely = hostKysely(path.join(await folder(), 'app.db'))
    await kysely.schema.createTable('entry').addColumn('camelCase', 'text').execute()
    const store = await openLedger(ownKysely({ kysely, dialect: 'sqlite' }))
    await add(store, 'a')
    expect(await ids(store)).toEqual(['a'])
    await store.close()
    expect(await kysely.selectFrom('entry').selectAll().execute()).toEqual([])
    const { rows } = await sql<{
      name: string
    }>`select name from sqlite_master where type = 'table' order by name`.execute(kysely)
    expect(rows.map((row) => row.name)).toEqual([
      'entry',
      'novakit_global_entry',
      'novakit_global_migration',
      'novakit_global_migration_lock',
    ])
    await kysely.destroy()
  })

  it('answers storage.closed when the host app has closed it', async () => {
    const kysely = hostKysely(path.join(await folder(), 'app.db'))
    const store = await openLedger(ownKysely({ kysely, dialect: 'sqlite' }))
    await kysely.destroy()
    await expect(add(store, 'a')).rejects.toMatchObject({ code: 'storage.closed' })
    await expect(ids(store)).rejects.toMatchObject({ code: 'storage.closed' })
  })

  it('does not migrate when it was told not to', async () => {
    const kysely = hostKysely(path.join(await folder(), 'app.db'))
    const never = ownKysely({ kysely, dialect: 'sqlite', migrate: 'never' })
    await expect(openLedger(never)).rejects.toMatchObject({ code: 'storage.schema_older' })
    await (await openLedger(ownKysely({ kysely, dialect: 'sqlite' }))).close()
    const store = await openLedger(never)
    await add(store, 'a')
    await kysely.destroy()
  })

  it('opens only the stores that it was set up for', async () => {
    const kysely = hostKysely(path.join(await folder(), 'app.db'))
    const driver = ownKysely({ kysely, dialect: 'sqlite', stores: ['global'] })
    await expect(driver.open(CELL0, deps.clock)).rejects.toMatchObject({ code: 'storage.cannot_open' })
    await expect(driver.open('global', deps.clock)).resolves.toMatchObject({ prefix: 'novakit_global_' })
    await kysely.destroy()
  })

  it.each([
    ['no Kysely', { kysely: {}, dialect: 'sqlite' }],
    ['an unknown dialect', { dialect: 'oracle' }],
    ['an unknown option', { dialect: 'sqlite', prefx: 'a_' }],
    ['a prefix that is no name', { dialect: 'sqlite', prefix: 'a-b' }],
  ])('refuses %s at once', async (_, options) => {
    const kysely = hostKysely(':memory:')
    expect(() => ownKysely({ kysely, ...options } as never)).toThrow('options that make no sense')
    await kysely.destroy()
  })
})
