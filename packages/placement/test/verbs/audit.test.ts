import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { audit, heal, usageOf, type Finding } from '@novakit/placement'
import { openLedger, type Opened } from '../ledger/open.ts'
import { addProvider, consumer, provider, take } from './world.ts'

describe('audit and heal', () => {
  let opened: Opened
  beforeEach(async () => {
    opened = await openLedger()
    await opened.store.write(async (tx) => {
      await addProvider(tx, 'host', { VCPU: 10, DISK_GB: 10 })
      await take(tx, 'server', { host: { VCPU: 2 } })
      await take(tx, 'lost', { host: { VCPU: 3, DISK_GB: 1 } })
    })
  })
  afterEach(() => opened.close())
  const known = async () => new Set([consumer('server')])
  const look = (question: Parameters<typeof audit>[1] = { known }) => opened.store.read((tx) => audit(tx, question))
  const mend = (findings: readonly Finding[]) => opened.store.write((tx) => heal(tx, findings))
  const usage = async () => Object.fromEntries(await opened.store.read((tx) => usageOf(tx, provider('host'))))
  const damage = (sqlOf: (db: any) => { execute(): Promise<unknown> }) =>
    opened.store.write((tx) => sqlOf(tx.db<any>()).execute())

  test('a ledger in order has no findings, and nobody is an orphan while nobody was asked', async () => {
    expect(await look({})).toEqual([])
  })

  test('an orphan is found with what it holds; looking changes nothing, healing gives it back', async () => {
    const found = await look()
    expect(found).toEqual([
      {
        kind: 'orphan',
        consumer: 'lost',
        consumerType: 'INSTANCE',
        project: 'p',
        since: expect.any(Number),
        allocations: new Map([['host', { VCPU: 3, DISK_GB: 1 }]]),
      },
    ])
    expect(await usage()).toEqual({ VCPU: 5, DISK_GB: 1 })
    expect(await mend(found)).toEqual(found)
    expect(await usage()).toEqual({ VCPU: 2, DISK_GB: 0 })
    expect(await look()).toEqual([])
    expect(await mend(found)).toEqual([])
  })

  test('who changed lately is given time', async () => {
    const [orphan] = await look()
    const since = orphan?.kind === 'orphan' ? orphan.since : 0
    expect(await look({ known, before: since })).toEqual([])
    expect(await look({ known, before: since + 1 })).toHaveLength(1)
  })

  test('an orphan that changed since it was found is left alone', async () => {
    const found = await look()
    await damage((db) => db.updateTable('consumer').set({ changed_at: 1 }).where('id', '=', 'lost'))
    expect(await mend(found)).toEqual([])
    expect(await usage()).toEqual({ VCPU: 5, DISK_GB: 1 })
  })

  test('allocations without a consumer are taken out, and what they counted for is counted anew', async () => {
    await damage((db) => db.deleteFrom('consumer').where('id', '=', 'lost'))
    const found = await look()
    expect(found).toMatchObject([{ kind: 'no_consumer', consumer: 'lost' }])
    await mend(found)
    expect(await look()).toEqual([])
    expect(await usage()).toEqual({ VCPU: 2, DISK_GB: 0 })
  })

  test('a wrong count is found and set right, and followers of the feed hear of it', async () => {
    await damage((db) => db.updateTable('inventory').set({ used: 9 }).where('resource_class', '=', 'VCPU'))
    const found = await look({})
    const wrong = { kind: 'miscounted', provider: 'host', resourceClass: 'VCPU', counted: 9, allocated: 5 }
    expect(found).toEqual([wrong])
    const before = await opened.store.read((tx) => opened.ledger.version(tx))
    await mend(found)
    expect(await look({})).toEqual([])
    const feed = await opened.store.read((tx) => opened.ledger.changes(tx, before, 10))
    expect(feed.changed).toEqual(['host'])
  })

  test('a consumer that holds nothing is forgotten', async () => {
    await damage((db) => db.deleteFrom('allocation').where('consumer', '=', 'lost'))
    const found = (await look({})).filter(({ kind }) => kind === 'empty_consumer')
    expect(found).toEqual([{ kind: 'empty_consumer', consumer: 'lost' }])
    expect(await mend(found)).toEqual(found)
  })

  test('what nobody here can mend is told and left', async () => {
    await damage((db) => db.deleteFrom('inventory').where('resource_class', '=', 'DISK_GB'))
    const found = await look({})
    expect(found).toEqual([{ kind: 'no_inventory', provider: 'host', resourceClass: 'DISK_GB', allocated: 1 }])
    expect(await mend(found)).toEqual([])
  })
})
