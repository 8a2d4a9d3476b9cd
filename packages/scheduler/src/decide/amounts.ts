import type { HostState, InventoryUsage } from '@novakit/core'

/** One resource of a node, in the unit of its class. */
export interface Amount {
  readonly total: number
  /** Claimed, and kept from everybody: Nova counts what is reserved as used (nova/compute/resource_tracker.py). */
  readonly used: number
  /** Allocation ratio of the first provider of the node that has the class; 1 if none has. */
  readonly ratio: number
}

/** A class over the node's whole tree: most nodes have it at the root, some in a child for each NUMA node. */
export function amountOf(host: HostState, resourceClass: string): Amount {
  const root = host.inventories.get(resourceClass)
  if (host.children.length === 0) {
    if (root === undefined) return nothing
    return { total: root.total, used: root.used + root.reserved, ratio: root.allocationRatio }
  }
  const below = host.children.map((child) => child.inventories.get(resourceClass))
  return amountIn([root, ...below].filter((each) => each !== undefined))
}

/** Processors of either kind: Nova counts pinned and floating guests on one node alike. */
export function processorsOf(host: HostState): Amount {
  const floating = amountOf(host, 'VCPU')
  const pinned = amountOf(host, 'PCPU')
  if (pinned.total === 0) return floating
  return { total: floating.total + pinned.total, used: floating.used + pinned.used, ratio: floating.ratio }
}

/** What is left of what is really there, without overcommit; below zero on an overcommitted node. */
export function physicallyFree(amount: Amount): number {
  return amount.total - amount.used
}

/** What is left with overcommit (nova/scheduler/weights/cpu.py and the historical resource filters). */
export function freeWithOvercommit(amount: Amount, ratio = amount.ratio): number {
  return amount.total * ratio - amount.used
}

const nothing: Amount = { total: 0, used: 0, ratio: 1 }

function amountIn(inventories: readonly InventoryUsage[]): Amount {
  let total = 0
  let used = 0
  for (const inventory of inventories) {
    total += inventory.total
    used += inventory.used + inventory.reserved
  }
  return { total, used, ratio: inventories[0]?.allocationRatio ?? 1 }
}
