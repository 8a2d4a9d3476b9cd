import type { HostState } from '@novakit/core'
import type { Fleet } from './fleet.ts'
import { follow } from './follow.ts'

/**
 * How much of one resource class one request may take of each host, as a column by slot. -Infinity: the host has none of
 * it. NaN: a look at the host itself is needed, as it has child providers or gives the class out in odd units.
 */
export interface Room {
  amounts: Float64Array
  sync(): void
}

export function openRoom(fleet: Fleet, resourceClass: string): Room {
  const measure = (slot: number): void => {
    const host = fleet.hosts[slot]
    room.amounts[slot] = host ? roomOf(host, resourceClass) : Number.NEGATIVE_INFINITY
  }
  const anew = (): void => {
    room.amounts = new Float64Array(fleet.capacity)
    for (let slot = 0; slot < fleet.size; slot++) measure(slot)
  }
  const room: Room = { amounts: new Float64Array(0), sync: follow(fleet, anew, measure) }
  return room
}

function roomOf(host: HostState, resourceClass: string): number {
  if (host.children.length > 0) return Number.NaN
  const inventory = host.inventories.get(resourceClass)
  if (inventory === undefined) return Number.NEGATIVE_INFINITY
  const { total, reserved, allocationRatio, used, minUnit, maxUnit, stepSize } = inventory
  if (minUnit > 1 || stepSize !== 1) return Number.NaN
  return Math.min(Math.floor((total - reserved) * allocationRatio) - used, maxUnit)
}
