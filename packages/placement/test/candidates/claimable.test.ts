import {
  id,
  type Claim,
  type InventoryUsage,
  type ProviderDeclaration,
  type ProviderId,
  type ProviderState,
  type Resources,
} from '@novakit/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findCandidates, providerIndex } from '@novakit/placement/candidates'
import { openLedger, type Opened } from '../ledger/open.ts'
import { forestRequests, forests } from './forest.ts'

function claimOf(consumer: string, allocations: ReadonlyMap<ProviderId, Resources>): Claim {
  return {
    consumer: id(consumer),
    consumerType: 'INSTANCE',
    project: id('project'),
    user: id('user'),
    allocations,
    guards: [],
    operation: id(`operation of ${consumer}`),
  }
}

function declarationOf({ id: own, name, parent, inventories, traits }: ProviderState): ProviderDeclaration {
  return { id: own, name, parent, inventories: Object.fromEntries(inventories), traits: [...traits] }
}

/** As large as need be while it is filled. */
const roomy = (inventory: InventoryUsage): InventoryUsage => ({
  ...inventory,
  total: 99,
  minUnit: 1,
  maxUnit: 99,
  stepSize: 1,
})

/** Puts the tree into the ledger with the use that it has. */
async function load({ ledger, store }: Opened, tree: readonly ProviderState[]): Promise<void> {
  const root = tree[0]!.id
  const wide = tree.map((each) => ({
    ...each,
    inventories: new Map([...each.inventories].map(([name, inventory]) => [name, roomy(inventory)])),
  }))
  const uses = tree.map((each): [ProviderId, Resources] => [
    each.id,
    Object.fromEntries([...each.inventories].map(([name, { used }]) => [name, used])),
  ])
  await store.write(async (tx) => {
    await ledger.declareTree(tx, root, wide.map(declarationOf))
    expect(await ledger.claim(tx, [claimOf(`tenant of ${root}`, new Map(uses))])).toEqual({ kind: 'claimed' })
    await ledger.declareTree(tx, root, tree.map(declarationOf))
  })
}

test('the ledger grants every candidate', { timeout: 120_000 }, async () => {
  let granted = 0
  await fc.assert(
    fc.asyncProperty(forests, forestRequests, fc.boolean(), async (world, resources, nested) => {
      const index = providerIndex()
      index.apply(world.map((provider) => ({ kind: 'put', provider })))
      const { candidates } = findCandidates(index, { resources, limit: 20, seed: '', nested })
      if (candidates.length === 0) return
      const opened = await openLedger()
      for (const { providers } of index.trees) await load(opened, providers)
      for (const { allocations } of candidates) {
        await opened.store.write(async (tx) => {
          expect(await opened.ledger.claim(tx, [claimOf('server', allocations)])).toEqual({ kind: 'claimed' })
          await opened.ledger.release(tx, [id('server')])
        })
        granted++
      }
      await opened.close()
    }),
    { numRuns: 250 },
  )
  expect(granted).toBeGreaterThan(80)
})
