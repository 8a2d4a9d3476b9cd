import type { ResourceGroup, ResourceRequest } from '@novakit/core'
import { eligibleFor } from './eligible.ts'
import { fitsAll, wantedOf, type Wanted } from './fit.ts'
import type { Reachable } from './reach.ts'

/**
 * One choice of one provider. A group with a suffix is one slot; the group without is one per class, as its classes
 * may come from different providers while no class is ever split.
 */
export interface Slot {
  readonly group: ResourceGroup
  readonly wanted: Wanted
  readonly options: readonly Reachable[]
}

export function slotsOf(request: ResourceRequest, reach: readonly Reachable[]): readonly Slot[] {
  return request.groups.flatMap((group) => {
    const eligible = eligibleFor(group, reach)
    const wanted = wantedOf(group.resources)
    const parts = group.suffix === '' ? wanted.map((entry) => [entry]) : [wanted]
    return parts.map((part) => ({
      group,
      wanted: part,
      options: eligible.filter((provider) => fitsAll(provider.inventories, part)),
    }))
  })
}
