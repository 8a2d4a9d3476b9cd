import { expect } from 'vitest'
import type { ProviderId } from '../../domain/ids.ts'
import type { ProviderRecord } from '../../domain/placement/provider.ts'
import {
  aggregate,
  all,
  claimed,
  claimOf,
  declaration,
  declare,
  inventory,
  provider,
  release,
  version,
  type Case,
  type LedgerAndStore,
} from './world.ts'

const node = (name: string, total = 8) => declaration(name, { VCPU: inventory(total, { maxUnit: 100 }) })

/** Somebody who follows the feed: what it knows, and how far it has read. */
export interface Follower {
  readonly known: Map<ProviderId, ProviderRecord>
  version: number
}

export function follower(since = 0): Follower {
  return { known: new Map(), version: since }
}

/** Reads on to the end, `limit` changes at a time. */
export async function follow({ ledger, store }: LedgerAndStore, reader: Follower, limit: number): Promise<void> {
  for (;;) {
    const feed = await store.read((tx) => ledger.changes(tx, reader.version, limit))
    expect(feed.reset).toBe(false)
    expect(feed.changed.length).toBeLessThanOrEqual(limit)
    expect(feed.version).toBeGreaterThanOrEqual(reader.version)
    for (const id of feed.changed) reader.known.delete(id)
    const records = await store.read((tx) => ledger.providers(tx, feed.changed))
    for (const record of records) reader.known.set(record.id, record)
    if (feed.version === reader.version) return
    reader.version = feed.version
  }
}

async function expectCurrent(opened: LedgerAndStore, reader: Follower): Promise<void> {
  const byName = [...reader.known.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  expect(byName).toEqual(await all(opened))
}

/** The change feed. */
export const following = {
  'tells of every change of a provider: tree, inventory, traits, aggregates, use': async (opened) => {
    const { ledger, store } = opened
    const told = async (change: () => Promise<unknown>): Promise<readonly ProviderId[]> => {
      const before = await version(opened)
      await change()
      const feed = await store.read((tx) => ledger.changes(tx, before, 10))
      expect(feed.version).toBe(await version(opened))
      return feed.changed
    }
    const card = declaration('card', { VF: inventory(4) }, { parent: 'node' })
    expect(await told(() => declare(opened, node('node'), card))).toEqual([provider('node'), provider('card')])
    expect(await told(() => declare(opened, node('node', 16), card))).toEqual([provider('node')])
    const trait = () => store.write((tx) => ledger.changeTraits(tx, provider('card'), { add: ['HW_A'] }))
    expect(await told(trait)).toEqual([provider('card')])
    const rack = () => store.write((tx) => ledger.setAggregates(tx, provider('card'), [aggregate('rack')]))
    expect(await told(rack)).toEqual([provider('card')])
    const both = [provider('node'), provider('card')].toSorted()
    const taken = await told(() => claimed(opened, claimOf('a', { node: { VCPU: 1 }, card: { VF: 1 } })))
    expect(taken.toSorted()).toEqual(both)
    expect((await told(() => release(opened, 'a'))).toSorted()).toEqual(both)
    expect(await told(() => declare(opened, node('node', 16)))).toEqual([provider('card')])
    expect(await told(() => Promise.resolve())).toEqual([])
  },

  'tells a provider that changed often once, and the oldest change first': async (opened) => {
    await declare(opened, node('n0'))
    await declare(opened, node('n1'))
    await declare(opened, node('n2'))
    for (const name of ['a', 'b', 'c']) await claimed(opened, claimOf(name, { n0: { VCPU: 1 } }))
    const feed = await opened.store.read((tx) => opened.ledger.changes(tx, 0, 10))
    expect(feed.changed).toEqual([provider('n1'), provider('n2'), provider('n0')])
  },

  'brings a follower to the present, however few changes it takes at a time': async (opened) => {
    const readers = [1, 2, 3, 100].map((limit) => ({ limit, reader: follower() }))
    const catchUp = async (): Promise<void> => {
      for (const { limit, reader } of readers) await follow(opened, reader, limit)
      for (const { reader } of readers) await expectCurrent(opened, reader)
    }
    const card = (name: string) => declaration(`${name} card`, { VF: inventory(4) }, { parent: name })
    for (const name of ['n0', 'n1', 'n2', 'n3']) await declare(opened, node(name), card(name))
    await catchUp()
    await claimed(opened, claimOf('a', { n0: { VCPU: 1 }, 'n1 card': { VF: 1 }, n2: { VCPU: 2 } }))
    await declare(opened, node('n3', 5))
    await catchUp()
    await opened.store.write((tx) => opened.ledger.removeTree(tx, provider('n3')))
    await declare(opened, node('n4'))
    await release(opened, 'a')
    await catchUp()
    await declare(opened, node('n3'), card('n3'))
    await catchUp()
  },

  'does not tell of what was rolled back': async (opened) => {
    const { ledger, store } = opened
    await declare(opened, node('node'))
    const before = await version(opened)
    const failing = store.write(async (tx) => {
      await ledger.claim(tx, [claimOf('a', { node: { VCPU: 1 } })])
      throw new Error('the step failed')
    })
    await expect(failing).rejects.toThrow('the step failed')
    expect(await store.read((tx) => ledger.changes(tx, before, 10))).toEqual({
      version: before,
      reset: false,
      changed: [],
    })
  },

  'tells a follower that is ahead of it to start again': async (opened) => {
    await declare(opened, node('node'))
    const now = await version(opened)
    const feed = await opened.store.read((tx) => opened.ledger.changes(tx, now + 5, 10))
    expect(feed).toEqual({ version: now, reset: true, changed: [] })
  },
} satisfies Record<string, Case>
