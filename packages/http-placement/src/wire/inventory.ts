import type { Inventory } from '@novakit/core'
import { MAX_INT } from '../schemas/common.ts'

export interface InventoryBody {
  readonly total: number
  readonly reserved?: number
  readonly min_unit?: number
  readonly max_unit?: number
  readonly step_size?: number
  readonly allocation_ratio?: number
}

/** What a client leaves out. */
export function inventoryOf(body: InventoryBody): Inventory {
  return {
    total: body.total,
    reserved: body.reserved ?? 0,
    minUnit: body.min_unit ?? 1,
    maxUnit: body.max_unit ?? MAX_INT,
    stepSize: body.step_size ?? 1,
    allocationRatio: body.allocation_ratio ?? 1,
  }
}

export function wireInventory(inventory: Inventory, generation?: number) {
  return {
    total: inventory.total,
    reserved: inventory.reserved,
    min_unit: inventory.minUnit,
    max_unit: inventory.maxUnit,
    step_size: inventory.stepSize,
    allocation_ratio: inventory.allocationRatio,
    ...(generation === undefined || generation === 0 ? {} : { resource_provider_generation: generation }),
  }
}
