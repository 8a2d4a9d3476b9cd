import { id, type Claim, type ConsumerId, type GlobalTx, type OperationId, type ProviderId } from '@novakit/core'
import type { KyselyPlugin } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openLedger, type Opened } from './open.ts'

/** The same transaction, counting what it sends to the database. */
function counted(tx: GlobalTx): { readonly tx: GlobalTx; readonly count: () => number } {
  let sent = 0
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      sent++
      return node
    },
    transformResult: async ({ result }) => result,
  }
  const counting: GlobalTx = {
    ...tx,
    run: (query, values) => {
      sent++
      return tx.run(query, values)
    },
    db: () => tx.db<any>().withPlugin(plugin),
  }
  return { tx: counting, count: () => sent }
}

const host = (n: number): ProviderId => id<ProviderId>(`host${n}`)
const inventory = { total: 100, reserved: 0, allocationRatio: 1, minUnit: 1, maxUnit: 100, stepSize: 1 }
const resources = { VCPU: 1, MEMORY_MB: 2, DISK_GB: 3 }

function claimOf(consumer: string, ...hosts: readonly number[]): Claim {
  return {
    consumer: id<ConsumerId>(consumer),
    consumerType: 'INSTANCE',
    project: id('p'),
    user: id('u'),
    allocations: new Map(hosts.map((n) => [host(n), resources])),
    guards: [],
    operation: id<OperationId>(`operation of ${consumer}`),
  }
}

describe('statements that the ledger sends to a database of one writer', () => {
  let opened: Opened
  beforeEach(async () => {
    opened = await openLedger()
    const inventories = Object.fromEntries(Object.keys(resources).map((name) => [name, inventory]))
    for (const n of [0, 1, 2]) {
      const declared = { id: host(n), name: `host${n}`, parent: null, inventories, traits: [] }
      await opened.store.write((tx) => opened.ledger.declareTree(tx, host(n), [declared]))
    }
  })
  afterEach(() => opened.close())

  const costOf = (work: (tx: GlobalTx) => Promise<unknown>): Promise<number> =>
    opened.store.write(async (inner) => {
      const { tx, count } = counted(inner)
      await work(tx)
      return count()
    })

  test('a claim of three classes on one provider takes four, its release four', async () => {
    expect(await costOf((tx) => opened.ledger.claim(tx, [claimOf('a', 0)]))).toBe(4)
    expect(await costOf((tx) => opened.ledger.release(tx, [id<ConsumerId>('a')]))).toBe(4)
  })

  test('a bulk claim shares them: what is new with a consumer is rows, not statements', async () => {
    const some = Array.from({ length: 4 }, (_, n) => claimOf(`some${n}`, 0))
    const many = Array.from({ length: 20 }, (_, n) => claimOf(`many${n}`, 0))
    const few = await costOf((tx) => opened.ledger.claim(tx, some))
    expect(few).toBeLessThanOrEqual(6)
    expect(await costOf((tx) => opened.ledger.claim(tx, many))).toBe(few)
  })

  test('each further provider takes two, for its inventories and for its generation', async () => {
    const one = await costOf((tx) => opened.ledger.claim(tx, [claimOf('a', 0), claimOf('b', 0)]))
    expect(await costOf((tx) => opened.ledger.claim(tx, [claimOf('c', 0, 1), claimOf('d', 2)]))).toBe(one + 4)
  })

  test('the end of the feed takes one', async () => {
    const end = await opened.store.read((tx) => opened.ledger.version(tx))
    expect(await costOf((tx) => opened.ledger.changes(tx, end, 10))).toBe(1)
  })
})
