import { id, type ProviderId } from '@novakit/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { trimChanges } from '@novakit/placement'
import { openLedger, type Opened } from './open.ts'

const root = (name: string): ProviderId => id<ProviderId>(name)

describe('trimming the change feed', () => {
  let opened: Opened
  beforeEach(async () => {
    opened = await openLedger()
  })
  afterEach(() => opened.close())

  const declare = (name: string) =>
    opened.store.write((tx) =>
      opened.ledger.declareTree(tx, root(name), [{ id: root(name), name, parent: null, inventories: {}, traits: [] }]),
    )
  const remove = (name: string) => opened.store.write((tx) => opened.ledger.removeTree(tx, root(name)))
  const trim = (keep: number) => opened.store.write((tx) => trimChanges(tx, keep))
  const changes = (since: number) => opened.store.read((tx) => opened.ledger.changes(tx, since, 100))

  test('forgets old removals, and sends those who have not read them back to the start', async () => {
    for (const name of ['a', 'b', 'c']) await declare(name)
    await remove('a')
    await remove('b')
    await trim(1)
    expect(await changes(3)).toEqual({ version: 5, reset: true, changed: [] })
    expect(await changes(4)).toEqual({ version: 5, reset: false, changed: ['b'] })
    await trim(0)
    expect((await changes(4)).reset).toBe(true)
    expect(await changes(5)).toEqual({ version: 5, reset: false, changed: [] })
  })

  test('sends nobody back where no removal was forgotten', async () => {
    await declare('a')
    await remove('a')
    await declare('a')
    await declare('b')
    await trim(0)
    expect(await changes(0)).toEqual({ version: 4, reset: false, changed: ['a', 'b'] })
  })
})
