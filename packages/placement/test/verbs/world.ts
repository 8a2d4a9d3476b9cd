import { id, type ConsumerId, type GlobalTx, type Inventory, type ProviderId, type Resources } from '@novakit/core'
import { createProvider, setAllocations, setInventories, type AllocationRequest } from '@novakit/placement'

export const provider = (name: string): ProviderId => id<ProviderId>(name)
export const consumer = (name: string): ConsumerId => id<ConsumerId>(name)

export const stock = (total: number, more: Partial<Inventory> = {}): Inventory => ({
  total,
  reserved: 0,
  allocationRatio: 1,
  minUnit: 1,
  maxUnit: 1000,
  stepSize: 1,
  ...more,
})

export async function addProvider(
  tx: GlobalTx,
  name: string,
  totals: Readonly<Record<string, number>> = {},
  parent: string | null = null,
): Promise<void> {
  await createProvider(tx, { id: provider(name), name, parent: parent === null ? null : provider(parent) })
  const inventories = new Map(Object.entries(totals).map(([resourceClass, total]) => [resourceClass, stock(total)]))
  await setInventories(tx, provider(name), inventories, { mayBeEmpty: false })
}

export function request(name: string, taking: Readonly<Record<string, Resources>>): AllocationRequest {
  const allocations = new Map(Object.entries(taking).map(([on, resources]) => [provider(on), resources]))
  return { consumer: consumer(name), consumerType: 'INSTANCE', project: id('p'), user: id('u'), allocations }
}

export const take = (tx: GlobalTx, name: string, taking: Readonly<Record<string, Resources>>): Promise<void> =>
  setAllocations(tx, [request(name, taking)])
