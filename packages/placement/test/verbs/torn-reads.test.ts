import { allocationsOfConsumer, allocationsOnProvider } from '@novakit/placement'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openLedger, type Opened } from '../ledger/open.ts'
import { addProvider, consumer, provider, take } from './world.ts'

/** What another writer can leave between two reads of one question. */
describe('allocations that are half gone', () => {
  let opened: Opened
  beforeEach(async () => {
    opened = await openLedger()
    await opened.store.write(async (tx) => {
      await addProvider(tx, 'host', { VCPU: 10 })
      for (const name of ['a', 'b', 'c']) await take(tx, name, { host: { VCPU: 1 } })
    })
  })
  afterEach(() => opened.close())
  const drop = (table: string, column: string, name: string) =>
    opened.store.write((tx) => tx.db<any>().deleteFrom(table).where(column, '=', name).execute())
  const holders = async (limit?: number) => {
    const page = limit === undefined ? {} : { limit }
    const found = await opened.store.read((tx) => allocationsOnProvider(tx, provider('host'), page))
    return found.map((each) => each.consumer)
  }

  test('a consumer that is gone holds nothing of a provider, and pages stay full', async () => {
    await drop('consumer', 'id', 'a')
    expect(await holders()).toEqual(['b', 'c'])
    expect(await holders(2)).toEqual(['b', 'c'])
    expect(await holders(1)).toEqual(['b'])
  })

  test('a consumer without allocations reads as none', async () => {
    await drop('allocation', 'consumer', 'a')
    expect(await opened.store.read((tx) => allocationsOfConsumer(tx, consumer('a')))).toBeNull()
    expect(await opened.store.read((tx) => allocationsOfConsumer(tx, consumer('b')))).toMatchObject({ generation: 1 })
  })
})
