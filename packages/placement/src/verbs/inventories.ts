import { capacityOf, placementErrors, wholeNumber, type GlobalTx, type Inventory, type ProviderId } from '@novakit/core'
import { ledgerErrors, told } from '../errors.ts'
import { markChanged } from '../ledger/change-feed.ts'
import { checkInventory } from '../ledger/check-tree.ts'
import { deleteUnused, insertInventories, updateInventory, type NamedInventory } from '../ledger/inventory-rows.ts'
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
  return {
    total: wholeNumber(row.total),
    reserved: wholeNumber(row.reserved),
    allocationRatio: Number(row.allocation_ratio),
    minUnit: wholeNumber(row.min_unit),
    maxUnit: wholeNumber(row.max_unit),
    stepSize: wholeNumber(row.step_size),
    used: wholeNumber(row.used),
    changedAt: wholeNumber(row.changed_at),
  }
}

/** Whether all of an inventory may be reserved. Clients older than that possibility may not ask for it. */
export interface CapacityRule {
  readonly mayBeEmpty: boolean
}

/**
 * Makes the inventories of a provider these. Usage stays, even where less is left than that.
 * @returns the new generation
 * @throws `placement.provider_not_found`, `placement.generation_conflict`, `placement.no_capacity`,
 *   `placement.invalid_inventory`, `placement.resource_class_not_found`, `placement.inventory_in_use`
 */
export async function setInventories(
  tx: GlobalTx,
  provider: ProviderId,
  inventories: Inventories,
  { generation, mayBeEmpty }: CapacityRule & { readonly generation?: number },
): Promise<number> {
  const row = await lockProvider(tx, provider, generation)
  for (const inventory of inventories) checkCapacity(provider, inventory, mayBeEmpty)
  await checkClasses(tx, inventories.keys())
  await writeInventories(tx, provider, inventories)
  await markChanged(tx, [provider], 'grows')
  return wholeNumber(row.generation) + 1
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
export async function addInventory(
  tx: GlobalTx,
  provider: ProviderId,
  inventory: NamedInventory,
  { generation, mayBeEmpty }: CapacityRule & { readonly generation?: number },
): Promise<number> {
  const row = await lockProvider(tx, provider, generation)
  checkCapacity(provider, inventory, mayBeEmpty)
  const [resourceClass] = inventory
  await checkClasses(tx, [resourceClass])
  if ((await inventoriesOf(tx, provider)).has(resourceClass)) {
    throw told(ledgerErrors.inventory_exists, { provider, resourceClass })
  }
  await insertInventories(tx, provider, [inventory])
  await markChanged(tx, [provider], 'grows')
  return wholeNumber(row.generation) + 1
}

/** @throws as {@link setInventories}, and `placement.inventory_not_found` */
export async function changeInventory(
  tx: GlobalTx,
  provider: ProviderId,
  inventory: NamedInventory,
  { generation, mayBeEmpty }: CapacityRule & { readonly generation?: number },
): Promise<number> {
  const row = await lockProvider(tx, provider, generation)
  checkCapacity(provider, inventory, mayBeEmpty)
  await demandInventory(tx, provider, inventory[0])
  await updateInventory(tx, provider, inventory)
  await markChanged(tx, [provider], 'grows')
  return wholeNumber(row.generation) + 1
}

/**
 * @throws `placement.provider_not_found`, `placement.resource_class_not_found`, `placement.inventory_not_found`,
 *   `placement.inventory_in_use`
 */
export async function removeInventory(tx: GlobalTx, provider: ProviderId, resourceClass: string): Promise<void> {
  await lockProvider(tx, provider)
  await demandInventory(tx, provider, resourceClass)
  if (!(await deleteUnused(tx, provider, resourceClass))) throw inUse(provider, [resourceClass])
  await markChanged(tx, [provider], 'grows')
}

async function demandInventory(tx: GlobalTx, provider: ProviderId, resourceClass: string): Promise<void> {
  if ((await inventoriesOf(tx, provider)).has(resourceClass)) return
  await checkClasses(tx, [resourceClass])
  throw told(ledgerErrors.inventory_not_found, { provider, resourceClass })
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
