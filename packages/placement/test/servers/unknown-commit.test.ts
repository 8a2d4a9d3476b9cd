import { expect, onTestFinished, test } from 'vitest'
import { hasCode, id, mysql, postgres, type Claim, type ProviderId } from '@novakit/core'
import type { LedgerAndStore } from '@novakit/core/testing'
import { testDatabase } from '../../../../tools/servers/test-database.ts'
import { testProxy, type TestProxy } from '../../../../tools/servers/test-proxy.ts'
import { describeOn, testServer } from '../../../../tools/servers/test-server.ts'
import { openLedgerOn } from './open.ts'

const drivers = { postgresql: postgres, mariadb: mysql }
const node = id<ProviderId>('node')

function claimOf(consumer: string): Claim {
  return {
    consumer: id(consumer),
    consumerType: 'INSTANCE',
    project: id('project'),
    user: id('user'),
    allocations: new Map([[node, { VCPU: 1 }]]),
    guards: [{ kind: 'counter', key: 'group', by: 1, max: 8 }],
    operation: id(`operation of ${consumer}`),
  }
}

/** What a caller does about a claim of which nobody knows whether it was stored. */
type Answer = 'asks again' | 'takes it for done' | 'takes it for refused'

async function claimOnce({ ledger, store }: LedgerAndStore, answer: Answer): Promise<void> {
  const claim = (consumer: string) => store.write((tx) => ledger.claim(tx, [claimOf(consumer)]))
  try {
    await claim('one')
  } catch (error) {
    if (!hasCode(error, 'storage.unknown_commit')) throw error
    if (answer === 'asks again') expect(await claim('one')).toEqual({ kind: 'claimed' })
    if (answer === 'takes it for refused') await claim('another')
  }
}

async function used({ ledger, store }: LedgerAndStore): Promise<number | undefined> {
  const [record] = await store.read((tx) => ledger.providers(tx, [node]))
  return record?.inventories['VCPU']?.used
}

for (const name of ['postgresql', 'mariadb'] as const) {
  describeOn(await testServer(name), `a commit that ${name} does not confirm`, (url) => {
    const database = testDatabase(name, url)

    async function open(): Promise<LedgerAndStore & { readonly proxy: TestProxy }> {
      const proxy = await testProxy(database.url)
      const opened = await openLedgerOn(drivers[name]({ url: proxy.url }))
      onTestFinished(() => opened.close())
      await database.empty()
      const inventories = { VCPU: { total: 8, reserved: 0, allocationRatio: 1, minUnit: 1, maxUnit: 8, stepSize: 1 } }
      await opened.store.write((tx) =>
        opened.ledger.declareTree(tx, node, [{ id: node, name: 'node', parent: null, inventories, traits: [] }]),
      )
      return { ...opened, proxy }
    }

    test.each(['before', 'after'] as const)(
      'claims once, and gives back once, when it broke off %s it',
      async (when) => {
        const opened = await open()
        const { ledger, store, proxy } = opened
        proxy.cutCommit(when)
        await claimOnce(opened, 'asks again')
        expect(await used(opened)).toBe(1)
        proxy.cutCommit(when)
        const release = () => store.write((tx) => ledger.release(tx, [id('one')]))
        await expect(release()).rejects.toMatchObject({ code: 'storage.unknown_commit' })
        await release()
        expect(await used(opened)).toBe(0)
      },
    )

    // Number 14 of the faults to plant: whoever does not look has claimed nothing, or twice.
    test.each([
      ['takes it for done', 'before', 0],
      ['takes it for refused', 'after', 2],
    ] as const)('is found out where somebody %s', async (answer, when, wrong) => {
      const opened = await open()
      opened.proxy.cutCommit(when)
      await claimOnce(opened, answer)
      expect(await used(opened)).toBe(wrong)
    })
  })
}
