import { capacityOf, type HostState, type InventoryUsage, type ResourceRequest, type Resources } from '@novakit/core'

/** What is left of a class over a node's whole tree, overcommit included; below zero where more is used than allowed. */
export function freeOf(host: HostState, resourceClass: string): number {
  let free = leftOf(host.inventories.get(resourceClass))
  for (const child of host.children) free += leftOf(child.inventories.get(resourceClass))
  return free
}

/** What may be used of a class over a node's whole tree. */
export function capacityIn(host: HostState, resourceClass: string): number {
  const root = host.inventories.get(resourceClass)
  let capacity = root === undefined ? 0 : capacityOf(root)
  for (const child of host.children) {
    const inventory = child.inventories.get(resourceClass)
    if (inventory !== undefined) capacity += capacityOf(inventory)
  }
  return capacity
}

/** What is left of one inventory; 0 where there is none. */
export function leftOf(inventory: InventoryUsage | undefined): number {
  return inventory === undefined ? 0 : capacityOf(inventory) - inventory.used
}

/** All groups of a request together. */
export function askedOf({ groups }: ResourceRequest): Resources {
  const sums: Record<string, number> = {}
  for (const { resources } of groups) {
    for (const [name, amount] of Object.entries(resources)) sums[name] = (sums[name] ?? 0) + amount
  }
  return sums
}

/** What a request asks of the single providers below a host's root: so many of them, so much of each. */
export interface DeviceAsk {
  readonly units: number
  readonly count: number
}

/** Null: it asks for none of the class. Of groups that ask for different amounts the greatest counts. */
export function deviceAskOf({ groups }: ResourceRequest, resourceClass: string): DeviceAsk | null {
  const asks = groups.map(({ resources }) => resources[resourceClass] ?? 0).filter((amount) => amount > 0)
  return asks.length === 0 ? null : { units: Math.max(...asks), count: asks.length }
}
