import { placementErrors, type GlobalTx, type Inventory, type ProviderId } from '@novakit/core'
import { told } from '../errors.ts'
import { markChanged } from '../ledger/change-feed.ts'
import { checkCount } from '../ledger/check-tree.ts'
import { lockHoldings } from '../ledger/holdings.ts'
import { checkGeneration, lockProviders } from '../ledger/lock-providers.ts'
import { checkConsumers, checkProviders, setAllocations, type AllocationRequest } from './allocations.ts'
import { checkClasses, inventoriesOf, writeInventories, type Inventories } from './inventories.ts'

export interface Reshaping {
  readonly provider: ProviderId
  readonly generation: number
  readonly inventories: Inventories
}

/**
 * Moves inventories and what is allocated of them between providers, all or nothing. In between a provider has both,
 * its old inventories and its new ones.
 * @throws `placement.provider_not_found`, `placement.generation_conflict`, `placement.inventory_in_use`,
 *   `placement.resource_class_not_found`, and as `setAllocations`
 */
export async function reshape(
  tx: GlobalTx,
  inventories: readonly Reshaping[],
  allocations: readonly AllocationRequest[],
): Promise<void> {
  // Consumers before providers, as everybody locks them.
  await lockHoldings(
    tx,
    allocations.map(({ consumer }) => consumer),
  )
  await checkStart(tx, inventories, allocations)
  for (const each of inventories) {
    if (each.inventories.size > 0) await write(tx, each.provider, await union(tx, each))
  }
  if (allocations.length > 0) await setAllocations(tx, allocations)
  for (const each of inventories) await write(tx, each.provider, each.inventories)
}

/** Clients foresee the generation: it grows with each of the two times that inventories are written. */
async function write(tx: GlobalTx, provider: ProviderId, inventories: Inventories): Promise<void> {
  await writeInventories(tx, provider, inventories)
  await markChanged(tx, [provider], 'grows')
}

async function checkStart(
  tx: GlobalTx,
  inventories: readonly Reshaping[],
  allocations: readonly AllocationRequest[],
): Promise<void> {
  const touched = allocations.flatMap((each) => [...each.allocations.keys()])
  const known = await lockProviders(tx, [...new Set([...inventories.map(({ provider }) => provider), ...touched])])
  for (const { provider, generation } of inventories) {
    const row = known.get(provider)
    if (row === undefined) throw told(placementErrors.provider_not_found, { provider })
    checkGeneration(row, generation)
  }
  await checkConsumers(tx, allocations)
  await checkProviders(tx, touched)
  for (const { provider, inventories: wanted } of inventories) {
    checkCount(provider, 'inventories', wanted.size)
    await checkClasses(tx, wanted.keys())
  }
}

async function union(tx: GlobalTx, { provider, inventories }: Reshaping): Promise<Inventories> {
  const before = await inventoriesOf(tx, provider)
  return new Map<string, Inventory>([...before, ...inventories])
}
