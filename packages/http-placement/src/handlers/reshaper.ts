import { id, type ProviderId } from '@novakit/core'
import { reshape } from '@novakit/placement'
import { allow, bodyOf, type Handler } from '../call.ts'
import { badRequest, codes, conflict } from '../fault.ts'
import { rules } from '../policy/rules.ts'
import { postReshaper } from '../schemas/allocations.ts'
import { allocationRequest, type AllocationBody } from '../wire/allocations.ts'
import type { InventoryBody } from '../wire/inventory.ts'
import { concurrentUpdate, wording, type Faults } from '../wire/words.ts'
import { allocationFaults } from './allocations.ts'
import { inventoriesIn } from './inventories.ts'

interface ReshaperBody {
  readonly inventories: Readonly<
    Record<
      string,
      {
        readonly resource_provider_generation: number
        readonly inventories: Readonly<Record<string, InventoryBody>>
      }
    >
  >
  readonly allocations: Readonly<Record<string, AllocationBody>>
}

const faults: Faults = {
  ...allocationFaults('malformed reshaper data:'),
  'placement.provider_not_found': (words, { provider }) =>
    badRequest(`Resource provider ${provider} in inventories not found: ${words}`, codes.providerNotFound),
  'placement.generation_conflict': (_, { provider, found, expected }) =>
    concurrentUpdate(
      `resource provider generation conflict for provider ${provider}: actual: ${found}, given: ${expected}`,
    ),
  'placement.inventory_in_use': (words) => conflict(`update conflict: ${words}`, codes.inventoryInUse),
}

export const post: Handler = async (call) => {
  allow(call, rules.reshape)
  const body = await bodyOf<ReshaperBody>(call, postReshaper)
  const inventories = Object.entries(body.inventories).map(([provider, each]) => ({
    provider: id<ProviderId>(provider),
    generation: each.resource_provider_generation,
    inventories: inventoriesIn(each.inventories),
  }))
  const allocations = Object.entries(body.allocations).map(([consumer, each]) =>
    allocationRequest(consumer, each, call.minor),
  )
  await wording(faults, () => call.at.store.write((tx) => reshape(tx, inventories, allocations)))
  return { status: 204 }
}
