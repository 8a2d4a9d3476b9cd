import { capacityOf, placementErrors, wholeNumber, type GlobalTx, type Inventory, type ProviderId } from '@novakit/core'
import { ledgerErrors, told } from '../errors.ts'
import { markChanged } from '../ledger/change-feed.ts'
import { checkCount, checkInventory } from '../ledger/check-tree.ts'
import {
  deleteUnused,
  insertInventories,
  stockOf,
  updateInventory,
  type NamedInventory,
} from '../ledger/inventory-rows.ts'
import { lockProvider } from '../ledger/lock-providers.ts'
import { unknownNames } from '../ledger/names.ts'
import { tables, type InventoryRow } from '../ledger/tables.ts'
import { STANDARD_CLASSES } from '../standard/resource-classes.ts'

export interface StoredInventory extends Inventory {
  readonly used: number
  /** Milliseconds since 1970. */
  readonly changedAt: number
}

export type Inventories = ReadonlyMap<string, Inventory>

/** By resource class. */
export async function inventoriesOf(tx: GlobalTx, provider: ProviderId): Promise<ReadonlyMap<string, StoredInventory>> {
  const rows = await tables(tx)
    .selectFrom('inventory')
    .selectAll()
    .where('provider', '=', provider)
    .orderBy('resource_class')
    .execute()
  return new Map(rows.map((row) => [row.resource_class, stored(row)]))
}

function stored(row: InventoryRow): StoredInventory {
  return { ...stockOf(row), changedAt: wholeNumber(row.changed_at) }
}

/** Null: the provider has none of this class. */
export async function inventoryOf(
  tx: GlobalTx,
  provider: ProviderId,
  resourceClass: string,
): Promise<StoredInventory | null> {
  const row = await tables(tx)
    .selectFrom('inventory')
    .selectAll()
    .where('provider', '=', provider)
    .where('resource_class', '=', resourceClass)
    .executeTakeFirst()
  return row === undefined ? null : stored(row)
}

/** Under which an inventory is written. */
export interface InventoryRule {
  /** Compared where it is told. */
  readonly generation?: number
  /** Whether all of an inventory may be reserved. Clients older than that possibility may not ask for it. */
  readonly mayBeEmpty: boolean
}

/** What every write of inventories begins and ends with. @returns the new generation */
async function rewrite(
  tx: GlobalTx,
  provider: ProviderId,
  inventories: readonly NamedInventory[],
  { generation, mayBeEmpty }: InventoryRule,
  write: () => Promise<void>,
): Promise<number> {
  const row = await lockProvider(tx, provider, generation)
  for (const inventory of inventories) checkCapacity(provider, inventory, mayBeEmpty)
  await write()
  await markChanged(tx, [provider], 'grows')
  return wholeNumber(row.generation) + 1
}

/**
 * Makes the inventories of a provider these. Usage stays, even where less is left than that.
 * @returns the new generation
 * @throws `placement.provider_not_found`, `placement.generation_conflict`, `placement.no_capacity`,
 *   `placement.invalid_inventory`, `placement.resource_class_not_found`, `placement.inventory_in_use`,
 *   `placement.provider_too_large`
 */
export function setInventories(
  tx: GlobalTx,
  provider: ProviderId,
  inventories: Inventories,
  rule: InventoryRule,
): Promise<number> {
  return rewrite(tx, provider, [...inventories], rule, async () => {
    checkCount(provider, 'inventories', inventories.size)
    await checkClasses(tx, inventories.keys())
    await writeInventories(tx, provider, inventories)
  })
}

/** The writes alone, under locks that the caller has. @throws `placement.inventory_in_use` */
export async function writeInventories(tx: GlobalTx, provider: ProviderId, inventories: Inventories): Promise<void> {
  const before = await inventoriesOf(tx, provider)
  const used: string[] = []
  for (const resourceClass of before.keys()) {
    if (inventories.has(resourceClass)) continue
    if (!(await deleteUnused(tx, provider, resourceClass))) used.push(resourceClass)
  }
  if (used.length > 0) throw inUse(provider, used)
  const fresh = [...inventories].filter(([resourceClass]) => !before.has(resourceClass))
  if (fresh.length > 0) await insertInventories(tx, provider, fresh)
  for (const inventory of inventories) if (before.has(inventory[0])) await updateInventory(tx, provider, inventory)
}

/** @throws as {@link setInventories}, and `placement.inventory_exists` */
export function addInventory(
  tx: GlobalTx,
  provider: ProviderId,
  inventory: NamedInventory,
  rule: InventoryRule,
): Promise<number> {
  return rewrite(tx, provider, [inventory], rule, async () => {
    const [resourceClass] = inventory
    await checkClasses(tx, [resourceClass])
    if ((await inventoryOf(tx, provider, resourceClass)) !== null) {
      throw told(ledgerErrors.inventory_exists, { provider, resourceClass })
    }
    checkCount(provider, 'inventories', (await countOf(tx, provider)) + 1)
    await insertInventories(tx, provider, [inventory])
  })
}

/** @throws as {@link setInventories}, and `placement.inventory_not_found` */
export function changeInventory(
  tx: GlobalTx,
  provider: ProviderId,
  inventory: NamedInventory,
  rule: InventoryRule,
): Promise<number> {
  return rewrite(tx, provider, [inventory], rule, async () => {
    await demandInventory(tx, provider, inventory[0])
    await updateInventory(tx, provider, inventory)
  })
}

/**
 * @throws `placement.provider_not_found`, `placement.resource_class_not_found`, `placement.inventory_not_found`,
 *   `placement.inventory_in_use`
 */
export async function removeInventory(tx: GlobalTx, provider: ProviderId, resourceClass: string): Promise<void> {
  await rewrite(tx, provider, [], { mayBeEmpty: true }, async () => {
    await demandInventory(tx, provider, resourceClass)
    if (!(await deleteUnused(tx, provider, resourceClass))) throw inUse(provider, [resourceClass])
  })
}

async function demandInventory(tx: GlobalTx, provider: ProviderId, resourceClass: string): Promise<void> {
  if ((await inventoryOf(tx, provider, resourceClass)) !== null) return
  await checkClasses(tx, [resourceClass])
  throw told(ledgerErrors.inventory_not_found, { provider, resourceClass })
}

async function countOf(tx: GlobalTx, provider: ProviderId): Promise<number> {
  const row = await tables(tx)
    .selectFrom('inventory')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('provider', '=', provider)
    .executeTakeFirst()
  return wholeNumber(row?.count ?? 0)
}

/** @throws `placement.resource_class_not_found` */
export async function checkClasses(tx: GlobalTx, names: Iterable<string>): Promise<void> {
  const [name] = await unknownNames(tx, 'resource_class', names)
  if (name !== undefined) throw told(ledgerErrors.resource_class_not_found, { name })
}

/** @throws `placement.no_capacity`, `placement.invalid_inventory` */
export function checkCapacity(provider: ProviderId, inventory: NamedInventory, mayBeEmpty: boolean): void {
  const [resourceClass, stock] = inventory
  const capacity = capacityOf(stock)
  if (capacity < 0 || (capacity === 0 && !mayBeEmpty)) {
    throw told(ledgerErrors.no_capacity, { provider, resourceClass })
  }
  // A ratio of zero is a way to say that nothing more may be taken.
  if (stock.allocationRatio !== 0) checkInventory(provider, resourceClass, stock)
}

function inUse(provider: ProviderId, classes: readonly string[]): Error {
  const place = (name: string): number => STANDARD_CLASSES.indexOf(name) + 1 || STANDARD_CLASSES.length + 1
  const ordered = classes.toSorted((a, b) => place(a) - place(b))
  return told(placementErrors.inventory_in_use, { provider, resourceClass: ordered.join(', ') })
}
