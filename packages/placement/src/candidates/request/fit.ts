import type { InventoryUsage } from '@novakit/core'
import type { ShortageCause } from '../types.ts'
import type { Want } from './plan.ts'

/**
 * What may still be claimed; below zero where an inventory shrank under its use. It says `capacityOf` of core again: a
 * pure subpath loads nothing of core.
 */
export function leftOf(inventory: InventoryUsage): number {
  return Math.floor((inventory.total - inventory.reserved) * inventory.allocationRatio) - inventory.used
}

/** Why an inventory cannot give `amount`; null if it can. */
export function misfit(inventory: InventoryUsage | undefined, amount: number): ShortageCause | null {
  if (inventory === undefined) return 'no_inventory'
  const { minUnit, maxUnit, stepSize } = inventory
  if (amount < minUnit || amount > maxUnit || amount % stepSize !== 0) return 'unit'
  return amount <= leftOf(inventory) ? null : 'capacity'
}

export function fitsAll(inventories: ReadonlyMap<string, InventoryUsage>, wanted: readonly Want[]): boolean {
  for (const { resourceClass, amount } of wanted) {
    if (misfit(inventories.get(resourceClass), amount) !== null) return false
  }
  return true
}
