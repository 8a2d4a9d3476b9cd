import {
  statement,
  wholeNumber,
  type AggregateId,
  type GlobalTx,
  type ProviderId,
  type ProviderRecord,
} from '@novakit/core'
import type { Kysely } from 'kysely'
import { inBatches, inOrder } from './batches.ts'
import { stockOf } from './inventory-rows.ts'
import {
  tables,
  type AggregateRow,
  type InventoryRow,
  type LedgerTables,
  type ProviderRow,
  type TraitRow,
} from './tables.ts'

/** A provider, with which of its traits the host's agent declared. */
export interface KnownProvider extends ProviderRecord {
  readonly declaredTraits: ReadonlySet<string>
  /** Milliseconds since 1970. */
  readonly changedAt: number
}

/** Every provider, or those named, by name. */
export async function providers(tx: GlobalTx, only?: readonly ProviderId[]): Promise<readonly ProviderRecord[]> {
  const rows =
    only === undefined
      ? await tables(tx).selectFrom('resource_provider').selectAll().execute()
      : await inBatches([...new Set(only)], (batch) =>
          tables(tx).selectFrom('resource_provider').selectAll().where('id', 'in', batch).execute(),
        )
  const known = await withParts(tx, rows, only === undefined)
  return known.map(recordOf)
}

/** Those of these that are there, by name. */
export async function knownProviders(tx: GlobalTx, ids: readonly ProviderId[]): Promise<readonly KnownProvider[]> {
  const [only, ...others] = new Set(ids)
  if (only !== undefined && others.length === 0) return knownProvider(tx, only)
  const rows = await inBatches([...new Set(ids)], (batch) =>
    tables(tx).selectFrom('resource_provider').selectAll().where('id', 'in', batch).execute(),
  )
  return withParts(tx, rows, false)
}

/** One, as after each claim: in prepared statements. */
async function knownProvider(tx: GlobalTx, id: ProviderId): Promise<readonly KnownProvider[]> {
  const [row] = (await selectOne.provider(tx, { id })).rows
  if (row === undefined) return []
  const inventories = (await selectOne.inventories(tx, { id })).rows
  const traits = (await selectOne.traits(tx, { id })).rows
  return [providerOf(row, inventories, traits, (await selectOne.aggregates(tx, { id })).rows)]
}

const selectOne = {
  provider: statement((db: Kysely<LedgerTables>, v: { id: string }) =>
    db.selectFrom('resource_provider').selectAll().where('id', '=', v.id),
  ),
  inventories: statement((db: Kysely<LedgerTables>, v: { id: string }) =>
    db.selectFrom('inventory').selectAll().where('provider', '=', v.id).orderBy('resource_class'),
  ),
  traits: statement((db: Kysely<LedgerTables>, v: { id: string }) =>
    db.selectFrom('provider_trait').selectAll().where('provider', '=', v.id),
  ),
  aggregates: statement((db: Kysely<LedgerTables>, v: { id: string }) =>
    db.selectFrom('provider_aggregate').selectAll().where('provider', '=', v.id),
  ),
}

/** The next providers by id. */
export async function providersAfter(
  tx: GlobalTx,
  after: ProviderId | null,
  limit: number,
): Promise<readonly ProviderId[]> {
  const query = tables(tx).selectFrom('resource_provider').select('id').orderBy('id').limit(limit)
  const rows = await (after === null ? query : query.where('id', '>', after)).execute()
  return rows.map((row) => row.id as ProviderId)
}

/** The providers of one tree, and whatever else has one of these ids. */
export async function tree(
  tx: GlobalTx,
  root: ProviderId,
  ids: readonly ProviderId[],
): Promise<readonly KnownProvider[]> {
  const own = await tables(tx).selectFrom('resource_provider').selectAll().where('root', '=', root).execute()
  const found = new Set(own.map((row) => row.id))
  const others = await inBatches(
    ids.filter((id) => !found.has(id)),
    (batch) => tables(tx).selectFrom('resource_provider').selectAll().where('id', 'in', batch).execute(),
  )
  return withParts(tx, [...own, ...others], false)
}

async function withParts(tx: GlobalTx, rows: readonly ProviderRow[], all: boolean): Promise<readonly KnownProvider[]> {
  const ids = rows.map((row) => row.id)
  const inventories = Map.groupBy(await inventoryRows(tx, all ? null : ids), (row) => row.provider)
  const traits = Map.groupBy(await traitRows(tx, all ? null : ids), (row) => row.provider)
  const aggregates = Map.groupBy(await aggregateRows(tx, all ? null : ids), (row) => row.provider)
  const known = rows.map((row) =>
    providerOf(row, inventories.get(row.id) ?? [], traits.get(row.id) ?? [], aggregates.get(row.id) ?? []),
  )
  return inOrder(known, (provider) => provider.name)
}

function providerOf(
  row: ProviderRow,
  inventories: readonly InventoryRow[],
  traits: readonly TraitRow[],
  aggregates: readonly AggregateRow[],
): KnownProvider {
  return {
    id: row.id as ProviderId,
    name: row.name,
    root: row.root as ProviderId,
    parent: row.parent as ProviderId | null,
    generation: wholeNumber(row.generation),
    inventories: Object.fromEntries(inventories.map((each) => [each.resource_class, stockOf(each)])),
    traits: traits.map((each) => each.trait).toSorted(),
    aggregates: aggregates.map((each) => each.aggregate as AggregateId).toSorted(),
    changedAt: wholeNumber(row.changed_at),
    declaredTraits: new Set(traits.filter((each) => Number(each.declared) === 1).map((each) => each.trait)),
  }
}

function recordOf({
  id,
  name,
  root,
  parent,
  generation,
  inventories,
  traits,
  aggregates,
}: KnownProvider): ProviderRecord {
  return { id, name, root, parent, generation, inventories, traits, aggregates }
}

/** By class, so that equal inventories are equal values. */
function inventoryRows(tx: GlobalTx, ids: readonly string[] | null) {
  const query = tables(tx).selectFrom('inventory').selectAll().orderBy('provider').orderBy('resource_class')
  return ids === null ? query.execute() : inBatches(ids, (batch) => query.where('provider', 'in', batch).execute())
}

function traitRows(tx: GlobalTx, ids: readonly string[] | null) {
  const query = tables(tx).selectFrom('provider_trait').selectAll()
  return ids === null ? query.execute() : inBatches(ids, (batch) => query.where('provider', 'in', batch).execute())
}

function aggregateRows(tx: GlobalTx, ids: readonly string[] | null) {
  const query = tables(tx).selectFrom('provider_aggregate').selectAll()
  return ids === null ? query.execute() : inBatches(ids, (batch) => query.where('provider', 'in', batch).execute())
}
