import { placementErrors, wholeNumber, type GlobalTx, type ProviderId } from '@novakit/core'
import { ledgerErrors, told } from '../errors.ts'
import { paced } from '../ledger/batches.ts'
import { markChanged, recordRemovals, takeVersions } from '../ledger/change-feed.ts'
import { lockProvider, lockProviders } from '../ledger/lock-providers.ts'
import { tables, type ProviderRow } from '../ledger/tables.ts'
import { insertProvider, removeRow } from '../ledger/tree-apply.ts'

export interface Provider {
  readonly id: ProviderId
  readonly name: string
  readonly root: ProviderId
  readonly parent: ProviderId | null
  readonly generation: number
  /** Milliseconds since 1970. */
  readonly changedAt: number
}

export interface NewProvider {
  readonly id: ProviderId
  readonly name: string
  readonly parent: ProviderId | null
}

/** @throws `placement.provider_not_found` */
export async function getProvider(tx: GlobalTx, provider: ProviderId): Promise<Provider> {
  const row = await tables(tx).selectFrom('resource_provider').selectAll().where('id', '=', provider).executeTakeFirst()
  if (row === undefined) throw told(placementErrors.provider_not_found, { provider })
  return providerOf(row)
}

function providerOf(row: ProviderRow): Provider {
  return {
    id: row.id as ProviderId,
    name: row.name,
    root: row.root as ProviderId,
    parent: row.parent as ProviderId | null,
    generation: wholeNumber(row.generation),
    changedAt: wholeNumber(row.changed_at),
  }
}

/** @throws `placement.provider_exists`, `placement.parent_not_found`, `placement.parent_is_itself` */
export async function createProvider(tx: GlobalTx, { id, name, parent }: NewProvider): Promise<Provider> {
  if (parent === id) throw told(ledgerErrors.parent_is_itself, { provider: id })
  const known = await lockProviders(tx, parent === null ? [id] : [id, parent])
  const above = parent === null ? null : known.get(parent)
  if (above === undefined) throw told(ledgerErrors.parent_not_found, { parent: parent ?? '' })
  const fields = [
    ...(known.has(id) ? ['uuid' as const] : []),
    ...((await isTaken(tx, name, id)) ? ['name' as const] : []),
  ]
  if (fields.length > 0) throw told(ledgerErrors.provider_exists, { fields })
  const root = above === null ? id : (above.root as ProviderId)
  await insertProvider(tx, { id, name, root, parent, version: await takeVersions(tx, 1) })
  return getProvider(tx, id)
}

async function isTaken(tx: GlobalTx, name: string, id: ProviderId): Promise<boolean> {
  const row = await tables(tx).selectFrom('resource_provider').select('id').where('name', '=', name).executeTakeFirst()
  return row !== undefined && (row.id !== id || name === '')
}

export interface ProviderChangeRequest {
  readonly name: string
  /** Undefined: as it is. */
  readonly parent?: ProviderId | null
  /** Whether a parent that is set may be changed. Without it, it can be set once. */
  readonly mayMove: boolean
}

/**
 * Renames and moves a provider; all below it come along.
 * @throws `placement.provider_not_found`, `placement.provider_exists`, `placement.parent_not_found`,
 *   `placement.parent_is_set`, `placement.tree_loop`
 */
export async function updateProvider(
  tx: GlobalTx,
  provider: ProviderId,
  { name, parent, mayMove }: ProviderChangeRequest,
): Promise<Provider> {
  const before = await lockProvider(tx, provider)
  if (parent !== undefined && parent !== before.parent) await move(tx, before, parent, mayMove)
  else if (parent === provider) throw told(ledgerErrors.tree_loop, { provider, parent })
  if (await isTaken(tx, name, provider)) throw told(ledgerErrors.provider_exists, { fields: ['name'] })
  await tables(tx).updateTable('resource_provider').set({ name }).where('id', '=', provider).execute()
  await markChanged(tx, [provider], 'stays')
  return getProvider(tx, provider)
}

async function move(tx: GlobalTx, row: ProviderRow, parent: ProviderId | null, mayMove: boolean): Promise<void> {
  const provider = row.id as ProviderId
  const above = parent === null ? null : await findProvider(tx, parent)
  if (above === undefined) throw told(ledgerErrors.parent_not_found, { parent: parent ?? '' })
  if (row.parent !== null && !mayMove) throw told(ledgerErrors.parent_is_set, { provider, parent })
  const subtree = await below(tx, row)
  if (parent !== null && subtree.includes(parent)) throw told(ledgerErrors.tree_loop, { provider, parent })
  const root = above === null ? provider : above.root
  await tables(tx).updateTable('resource_provider').set({ parent }).where('id', '=', provider).execute()
  for await (const batch of paced(subtree)) {
    await tables(tx).updateTable('resource_provider').set({ root }).where('id', 'in', batch).execute()
  }
  await markChanged(tx, subtree, 'stays')
}

function findProvider(tx: GlobalTx, id: ProviderId): Promise<ProviderRow | undefined> {
  return tables(tx).selectFrom('resource_provider').selectAll().where('id', '=', id).executeTakeFirst()
}

/** A provider and all that stand below it. */
async function below(tx: GlobalTx, { id, root }: ProviderRow): Promise<readonly ProviderId[]> {
  const rows = await tables(tx)
    .selectFrom('resource_provider')
    .select(['id', 'parent'])
    .where('root', '=', root)
    .execute()
  const children = Map.groupBy(rows, (row) => row.parent)
  const found = [id]
  for (const each of found) for (const row of children.get(each) ?? []) found.push(row.id)
  return found as ProviderId[]
}

/** @throws `placement.provider_not_found`, `placement.provider_has_children`, `placement.provider_in_use` */
export async function removeProvider(tx: GlobalTx, provider: ProviderId): Promise<void> {
  await lockProvider(tx, provider)
  const db = tables(tx)
  const child = await db.selectFrom('resource_provider').select('id').where('parent', '=', provider).executeTakeFirst()
  if (child !== undefined) throw told(ledgerErrors.provider_has_children, { provider })
  const used = await db
    .selectFrom('inventory')
    .select('provider')
    .where('provider', '=', provider)
    .where('used', '>', 0)
    .executeTakeFirst()
  if (used !== undefined) throw told(placementErrors.provider_in_use, { provider })
  const version = await takeVersions(tx, 1)
  await db.deleteFrom('inventory').where('provider', '=', provider).execute()
  await removeRow(tx, provider)
  await recordRemovals(tx, [{ id: provider }], version)
}
