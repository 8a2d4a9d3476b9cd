import type { ResourceRequest } from '@novakit/core'
import { checksOf } from './checks.ts'
import { leftOf } from './fit.ts'
import type { Reachable } from './reach.ts'
import type { Slot } from './slots.ts'
import { stateKeys } from './state-key.ts'

/** The provider of each slot, in the order of the slots. */
export type Assignment = readonly Reachable[]

export interface Found {
  readonly assignments: readonly Assignment[]
  /** The search ended before it had looked at everything, and not because of the limit. */
  readonly gaveUp: boolean
}

/** Steps without a find after which the search gives up: about a tenth of a second. */
const MAX_BARREN_STEPS = 20_000

/**
 * Depth first, in the order of slots and options, until `limit` assignments are found. A state without a way on is
 * remembered up to the exchange of providers that are alike, so that eight equal devices are not tried in 8! orders.
 */
export function search(
  slots: readonly Slot[],
  request: ResourceRequest,
  reach: readonly Reachable[],
  limit: number,
): Found {
  const check = checksOf(slots, request, reach)
  const keyOf = stateKeys(slots, request, reach)
  const assignments: Assignment[] = []
  const dead = new Set<string>()
  let barren = 0
  const descend = (chosen: Assignment): void => {
    if (!check(chosen)) return
    const slot = slots[chosen.length]
    if (slot === undefined) {
      assignments.push(chosen)
      barren = 0
      return
    }
    if (dead.size > 0 && dead.has(keyOf(chosen))) return
    const before = assignments.length
    for (const option of slot.options) {
      if (assignments.length >= limit || barren >= MAX_BARREN_STEPS) return
      barren++
      if (hasRoom(option, slot, slots, chosen, request)) descend([...chosen, option])
    }
    if (assignments.length === before && barren < MAX_BARREN_STEPS) dead.add(keyOf(chosen))
  }
  descend([])
  return { assignments, gaveUp: barren >= MAX_BARREN_STEPS }
}

/** Whether a provider can take one more slot on top of those chosen so far. */
function hasRoom(
  provider: Reachable,
  slot: Slot,
  slots: readonly Slot[],
  chosen: Assignment,
  request: ResourceRequest,
): boolean {
  const there = slots.filter((_, index) => chosen[index] === provider)
  if (there.length === 0) return true
  const isolated = request.groupPolicy === 'isolate' && slot.group.suffix !== ''
  if (isolated && there.some((other) => other.group.suffix !== '')) return false
  return slot.wanted.every(([resourceClass, amount]) => {
    const inventory = provider.inventories.get(resourceClass)
    if (inventory === undefined) return false
    const total = amount + sumOf(there, resourceClass)
    return total <= leftOf(inventory) && total <= inventory.maxUnit
  })
}

function sumOf(slots: readonly Slot[], resourceClass: string): number {
  let sum = 0
  for (const slot of slots) for (const [name, amount] of slot.wanted) if (name === resourceClass) sum += amount
  return sum
}
