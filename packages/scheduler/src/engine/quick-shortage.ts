import { capacityOf, type HostState, type RequestSpec } from '@novakit/core'
import { flatAsk } from '../decide/flat-room.ts'
import type { Fleet } from './fleet.ts'

/** That a host has too little left, in the words of `roomVerdict`. */
export interface QuickShortage {
  readonly cause: string
  /** The greatest part of an amount that is missing. */
  readonly distance: number
}

/** Null where it has enough, or where it takes more than a comparison of amounts to tell. */
export function quickShortage(fleet: Fleet, request: RequestSpec): (host: HostState) => QuickShortage | null {
  const asked = flatAsk(request)
  if (asked === null) return () => null
  const { meetsRest } = asked
  const wanted = asked.wanted.map(([resourceClass, amount]) => ({
    resourceClass,
    amount,
    cause: `has enough ${resourceClass}: ${amount} asked for.`,
  }))
  return (host) => {
    if (host.children.length > 0 || fleet.sharing.length > 0) return null
    if (meetsRest !== null && !meetsRest(host)) return null
    let cause = ''
    let distance = 0
    for (const each of wanted) {
      const inventory = host.inventories.get(each.resourceClass)
      if (inventory === undefined) return null
      const { amount } = each
      if (amount < inventory.minUnit || amount > inventory.maxUnit || amount % inventory.stepSize !== 0) return null
      const part = (amount - (capacityOf(inventory) - inventory.used)) / amount
      if (part <= distance) continue
      distance = part
      cause = each.cause
    }
    return distance === 0 ? null : { cause, distance }
  }
}
