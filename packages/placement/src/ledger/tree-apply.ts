import {
  capacityOf,
  placementErrors,
  type GlobalTx,
  type Inventory,
  type ProviderDeclaration,
  type ProviderId,
} from '@novakit/core'
import { batches } from './batches.ts'
import { recordRemovals, takeVersions } from './change-feed.ts'
import type { KnownProvider } from './providers.ts'
import { tables, type InventoryRow } from './tables.ts'
import { touchesContent, type ProviderDiff, type TreeDiff } from './tree-diff.ts'

/** @throws `placement.provider_in_use`, `placement.inventory_in_use` */
export async function applyDiff(tx: GlobalTx, root: ProviderId, { removed, changed, added }: TreeDiff): Promise<void> {
  for (const provider of removed) await removeProvider(tx, provider)
  for (const diff of changed) await changeParts(tx, diff)
  let version = await takeVersions(tx, removed.length + changed.length + added.length)
  await recordRemovals(tx, removed, version)
  version += removed.length
  for (const diff of changed) await changeProvider(tx, diff, version++)
  for (const provider of added) await addProvider(tx, root, provider, version++)
}

/** Only what is not used can be deleted, and that is asked by the statement that deletes. */
async function removeProvider(tx: GlobalTx, { id, inventories }: KnownProvider): Promise<void> {
  const { numDeletedRows } = await tables(tx)
    .deleteFrom('inventory')
    .where('provider', '=', id)
    .where('used', '=', 0)
    .executeTakeFirst()
  if (Number(numDeletedRows) < Object.keys(inventories).length) throw placementErrors.provider_in_use({ provider: id })
  await tables(tx).deleteFrom('provider_trait').where('provider', '=', id).execute()
  await tables(tx).deleteFrom('provider_aggregate').where('provider', '=', id).execute()
  await tables(tx).deleteFrom('resource_provider').where('id', '=', id).execute()
}

async function changeParts(tx: GlobalTx, diff: ProviderDiff): Promise<void> {
  const { id } = diff.known
  for (const resourceClass of diff.goneInventories) await dropInventory(tx, id, resourceClass)
  for (const [resourceClass, inventory] of diff.changedInventories) {
    const { used: _, ...row } = inventoryRow(id, resourceClass, inventory)
    await tables(tx)
      .updateTable('inventory')
      .set(row)
      .where('provider', '=', id)
      .where('resource_class', '=', resourceClass)
      .execute()
  }
  await addInventories(tx, id, diff.newInventories)
  for (const batch of batches(diff.goneTraits)) {
    await tables(tx).deleteFrom('provider_trait').where('provider', '=', id).where('trait', 'in', batch).execute()
  }
  await declareTraits(tx, id, diff.newTraits)
}

async function dropInventory(tx: GlobalTx, provider: ProviderId, resourceClass: string): Promise<void> {
  const { numDeletedRows } = await tables(tx)
    .deleteFrom('inventory')
    .where('provider', '=', provider)
    .where('resource_class', '=', resourceClass)
    .where('used', '=', 0)
    .executeTakeFirst()
  if (Number(numDeletedRows) === 0) throw placementErrors.inventory_in_use({ provider, resourceClass })
}

async function changeProvider(tx: GlobalTx, diff: ProviderDiff, version: number): Promise<void> {
  const { id, name, parent } = diff.declared
  await tables(tx)
    .updateTable('resource_provider')
    .set((eb) => ({
      name,
      parent,
      change_version: version,
      ...(touchesContent(diff) ? { generation: eb('generation', '+', 1) } : {}),
    }))
    .where('id', '=', id)
    .execute()
}

/** It joins the aggregates of its root. */
async function addProvider(
  tx: GlobalTx,
  root: ProviderId,
  { id, name, parent, inventories, traits }: ProviderDeclaration,
  version: number,
): Promise<void> {
  const row = { id, name, root, parent, generation: 0, change_version: version }
  await tables(tx).insertInto('resource_provider').values(row).execute()
  await tables(tx).deleteFrom('placement_change').where('provider', '=', id).execute()
  await addInventories(tx, id, Object.entries(inventories))
  await declareTraits(tx, id, [...new Set(traits)])
  const ofRoot = await tables(tx).selectFrom('provider_aggregate').selectAll().where('provider', '=', root).execute()
  for (const batch of batches(ofRoot)) {
    const rows = batch.map(({ aggregate }) => ({ provider: id, aggregate }))
    await tables(tx).insertInto('provider_aggregate').values(rows).execute()
  }
}

async function addInventories(
  tx: GlobalTx,
  provider: ProviderId,
  inventories: readonly (readonly [string, Inventory])[],
): Promise<void> {
  const rows = inventories.map(([resourceClass, inventory]) => inventoryRow(provider, resourceClass, inventory))
  for (const batch of batches(rows)) await tables(tx).insertInto('inventory').values(batch).execute()
}

async function declareTraits(tx: GlobalTx, provider: ProviderId, traits: readonly string[]): Promise<void> {
  const rows = traits.map((trait) => ({ provider, trait, declared: 1 }))
  for (const batch of batches(rows)) await tables(tx).insertInto('provider_trait').values(batch).execute()
}

/** A capacity that no whole number can hold exactly is as good as any that large. */
function inventoryRow(provider: ProviderId, resourceClass: string, inventory: Inventory): InventoryRow {
  return {
    provider,
    resource_class: resourceClass,
    total: inventory.total,
    reserved: inventory.reserved,
    allocation_ratio: inventory.allocationRatio,
    min_unit: inventory.minUnit,
    max_unit: inventory.maxUnit,
    step_size: inventory.stepSize,
    capacity: Math.min(capacityOf(inventory), Number.MAX_SAFE_INTEGER),
    used: 0,
  }
}
