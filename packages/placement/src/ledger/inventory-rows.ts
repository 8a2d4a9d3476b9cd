import { capacityOf, wholeNumber, type GlobalTx, type Inventory, type ProviderId } from '@novakit/core'
import { paced } from './batches.ts'
import { now } from './now.ts'
import { tables, type InventoryRow } from './tables.ts'

export type NamedInventory = readonly [resourceClass: string, inventory: Inventory]

/** A row as everybody reads it. */
export function stockOf(row: InventoryRow): Inventory & { readonly used: number } {
  return {
    total: wholeNumber(row.total),
    reserved: wholeNumber(row.reserved),
    allocationRatio: Number(row.allocation_ratio),
    minUnit: wholeNumber(row.min_unit),
    maxUnit: wholeNumber(row.max_unit),
    stepSize: wholeNumber(row.step_size),
    used: wholeNumber(row.used),
  }
}

export async function insertInventories(
  tx: GlobalTx,
  provider: ProviderId,
  inventories: readonly NamedInventory[],
): Promise<void> {
  const changed_at = await now(tx)
  const rows = inventories.map(([resourceClass, inventory]) => ({
    ...rowOf(provider, resourceClass, inventory),
    used: 0,
    changed_at,
  }))
  for await (const batch of paced(rows)) await tables(tx).insertInto('inventory').values(batch).execute()
}

/** What is used stays, even where less is left than that. */
export async function updateInventory(
  tx: GlobalTx,
  provider: ProviderId,
  [resourceClass, inventory]: NamedInventory,
): Promise<void> {
  const changed_at = await now(tx)
  await tables(tx)
    .updateTable('inventory')
    .set({ ...rowOf(provider, resourceClass, inventory), changed_at })
    .where('provider', '=', provider)
    .where('resource_class', '=', resourceClass)
    .execute()
}

/** Only what is not used can be deleted, and that is asked by the statement that deletes. False if it is used or not there. */
export async function deleteUnused(tx: GlobalTx, provider: ProviderId, resourceClass: string): Promise<boolean> {
  const { numDeletedRows } = await tables(tx)
    .deleteFrom('inventory')
    .where('provider', '=', provider)
    .where('resource_class', '=', resourceClass)
    .where('used', '=', 0)
    .executeTakeFirst()
  return Number(numDeletedRows) > 0
}

/** A capacity that no whole number can hold exactly is as good as any that large; one below zero likewise. */
function rowOf(
  provider: ProviderId,
  resourceClass: string,
  inventory: Inventory,
): Omit<InventoryRow, 'used' | 'changed_at'> {
  return {
    provider,
    resource_class: resourceClass,
    total: inventory.total,
    reserved: inventory.reserved,
    allocation_ratio: inventory.allocationRatio,
    min_unit: inventory.minUnit,
    max_unit: inventory.maxUnit,
    step_size: inventory.stepSize,
    capacity: Math.max(-Number.MAX_SAFE_INTEGER, Math.min(capacityOf(inventory), Number.MAX_SAFE_INTEGER)),
  }
}
