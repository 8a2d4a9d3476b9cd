import { placementErrors, type GlobalTx, type ProviderDeclaration, type ProviderId } from '@novakit/core'
import { paced } from './batches.ts'
import { recordRemovals, takeVersions } from './change-feed.ts'
import { deleteUnused, insertInventories, updateInventory } from './inventory-rows.ts'
import { declareNames } from './names.ts'
import { now } from './now.ts'
import type { KnownProvider } from './providers.ts'
import { tables } from './tables.ts'
import { touchesContent, type ProviderDiff, type TreeDiff } from './tree-diff.ts'

/** @throws `placement.provider_in_use`, `placement.inventory_in_use` */
export async function applyDiff(tx: GlobalTx, root: ProviderId, diff: TreeDiff): Promise<void> {
  const { removed, changed, added } = diff
  // Before anything is removed: the feed ends where the last provider says, and that may be one of those.
  let version = await takeVersions(tx, removed.length + changed.length + added.length)
  await declareNewNames(tx, diff)
  for (const provider of removed) await removeProvider(tx, provider)
  for (const each of changed) await changeParts(tx, each)
  await recordRemovals(tx, removed, version)
  version += removed.length
  for (const each of changed) await changeProvider(tx, each, version++)
  for (const provider of added) await addProvider(tx, root, provider, version++)
}

async function declareNewNames(tx: GlobalTx, { changed, added }: TreeDiff): Promise<void> {
  const classes = [
    ...changed.flatMap((diff) => diff.newInventories.map(([name]) => name)),
    ...added.flatMap((provider) => Object.keys(provider.inventories)),
  ]
  const traits = [...changed.flatMap((diff) => diff.newTraits), ...added.flatMap((provider) => provider.traits)]
  await declareNames(tx, 'resource_class', classes)
  await declareNames(tx, 'trait', traits)
}

async function removeProvider(tx: GlobalTx, { id, inventories }: KnownProvider): Promise<void> {
  const { numDeletedRows } = await tables(tx)
    .deleteFrom('inventory')
    .where('provider', '=', id)
    .where('used', '=', 0)
    .executeTakeFirst()
  if (Number(numDeletedRows) < Object.keys(inventories).length) throw placementErrors.provider_in_use({ provider: id })
  await removeRow(tx, id)
}

/** All of a provider but its inventories. */
export async function removeRow(tx: GlobalTx, id: ProviderId): Promise<void> {
  await tables(tx).deleteFrom('provider_trait').where('provider', '=', id).execute()
  await tables(tx).deleteFrom('provider_aggregate').where('provider', '=', id).execute()
  await tables(tx).deleteFrom('resource_provider').where('id', '=', id).execute()
}

async function changeParts(tx: GlobalTx, diff: ProviderDiff): Promise<void> {
  const { id } = diff.known
  for (const resourceClass of diff.goneInventories) {
    if (!(await deleteUnused(tx, id, resourceClass)))
      throw placementErrors.inventory_in_use({ provider: id, resourceClass })
  }
  for (const inventory of diff.changedInventories) await updateInventory(tx, id, inventory)
  await insertInventories(tx, id, diff.newInventories)
  for await (const batch of paced(diff.goneTraits)) {
    await tables(tx).deleteFrom('provider_trait').where('provider', '=', id).where('trait', 'in', batch).execute()
  }
  await declareTraits(tx, id, diff.newTraits)
}

async function changeProvider(tx: GlobalTx, diff: ProviderDiff, version: number): Promise<void> {
  const { id, name, parent } = diff.declared
  const changed_at = await now(tx)
  await tables(tx)
    .updateTable('resource_provider')
    .set((eb) => ({
      name,
      parent,
      change_version: version,
      changed_at,
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
  await insertProvider(tx, { id, name, root, parent, version })
  await insertInventories(tx, id, Object.entries(inventories))
  await declareTraits(tx, id, [...new Set(traits)])
  const ofRoot = await tables(tx).selectFrom('provider_aggregate').selectAll().where('provider', '=', root).execute()
  for await (const batch of paced(ofRoot)) {
    const rows = batch.map(({ aggregate }) => ({ provider: id, aggregate }))
    await tables(tx).insertInto('provider_aggregate').values(rows).execute()
  }
}

interface NewProvider {
  readonly id: ProviderId
  readonly name: string
  readonly root: ProviderId
  readonly parent: ProviderId | null
  readonly version: number
}

/** One that was removed before is no removal any more. */
export async function insertProvider(tx: GlobalTx, { id, name, root, parent, version }: NewProvider): Promise<void> {
  const row = { id, name, root, parent, generation: 0, change_version: version, changed_at: await now(tx) }
  await tables(tx).insertInto('resource_provider').values(row).execute()
  await tables(tx).deleteFrom('placement_change').where('provider', '=', id).execute()
}

async function declareTraits(tx: GlobalTx, provider: ProviderId, traits: readonly string[]): Promise<void> {
  const rows = traits.map((trait) => ({ provider, trait, declared: 1 }))
  for await (const batch of paced(rows)) await tables(tx).insertInto('provider_trait').values(batch).execute()
}
