import { no, yes, type HostState, type Verdict } from '@novakit/core'
import { leastOf } from '../decide/aggregates.ts'
import { freeWithOvercommit, physicallyFree, type Amount } from '../decide/amounts.ts'
import type { Filter } from '../decide/filter.ts'
import type { RequestTraits } from '../decide/traits.ts'
import type { View } from '../decide/view.ts'

/** One resource as the historical filters compare it, before Placement did. */
export interface Resource {
  readonly code: string
  /** As tenants call it. */
  readonly noun: string
  /** Key of aggregate metadata that overrides the allocation ratio; the least of several counts. */
  readonly ratioKey: string
  amountOf(host: HostState): Amount
  /** In the unit of `amountOf`. */
  askedBy(request: RequestTraits): number
}

/**
 * A server may take what is left with overcommit, but never more than there really is: it may not overcommit against
 * itself. Sources: nova/scheduler/filters/{ram,core,disk}_filter.py, removed in 20.0.0.
 */
export function roomFilter(name: string, resource: Resource): Filter {
  return filterWith(name, resource, (amount) => amount.ratio)
}

/** The same, where aggregates may set the allocation ratio. Removed in 22.0.0. */
export function aggregateRoomFilter(name: string, resource: Resource): Filter {
  return filterWith(name, resource, (amount, host, { aggregates }) =>
    leastOf(aggregates.values(host, resource.ratioKey), amount.ratio),
  )
}

/** Only hosts with just what is asked for left, as for bare metal. Removed in 18.0.0. */
export function exactRoomFilter(name: string, resource: Resource): Filter {
  const other = no({ code: resource.code, message: `The host has not exactly the ${resource.noun} asked for.` })
  return {
    name,
    readsHostOnly: true,
    reads: resource.askedBy,
    check: (host, request) => (physicallyFree(resource.amountOf(host)) === resource.askedBy(request) ? yes : other),
  }
}

function filterWith(
  name: string,
  resource: Resource,
  ratioOf: (amount: Amount, host: HostState, view: View) => number,
): Filter {
  const message = `The host has not enough ${resource.noun} left.`
  const short = (shortBy: number): Verdict => no({ code: resource.code, message, shortBy })
  return {
    name,
    readsHostOnly: true,
    reads: resource.askedBy,
    check: (host, request, view) => {
      const amount = resource.amountOf(host)
      const asked = resource.askedBy(request)
      const free = Math.min(amount.total, freeWithOvercommit(amount, ratioOf(amount, host, view)))
      return asked <= free ? yes : short(asked - free)
    },
  }
}
