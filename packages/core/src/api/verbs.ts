import type { ApiDeps } from './deps.ts'
import type { RequestContext } from '../domain/context/request-context.ts'
import { aggregateVerbs, type AggregateVerbs } from './aggregates/aggregate-verbs.ts'
import { cellVerbs, type CellVerbs } from './cells/cell-verbs.ts'
import { flavorVerbs, type FlavorVerbs } from './flavors/flavor-verbs.ts'
import { hostVerbs, type HostVerbs } from './hosts/host-verbs.ts'
import { keyPairVerbs, type KeyPairVerbs } from './key-pairs/key-pair-verbs.ts'
import { quotaVerbs, type QuotaVerbs } from './quotas/quota-verbs.ts'
import { serverGroupVerbs, type ServerGroupVerbs } from './server-groups/server-group-verbs.ts'
import { serverVerbs, type ServerVerbs } from './servers/server-verbs.ts'
import { zoneVerbs, type ZoneVerbs } from './zones/zone-verbs.ts'

/** All that one caller can do. */
export interface Verbs {
  readonly context: RequestContext
  readonly servers: ServerVerbs
  readonly flavors: FlavorVerbs
  readonly keyPairs: KeyPairVerbs
  readonly serverGroups: ServerGroupVerbs
  readonly quotas: QuotaVerbs
  readonly aggregates: AggregateVerbs
  readonly zones: ZoneVerbs
  readonly hosts: HostVerbs
  readonly cells: CellVerbs
}

export function verbs(deps: ApiDeps, context: RequestContext): Verbs {
  return {
    context,
    servers: serverVerbs(deps, context),
    flavors: flavorVerbs(deps, context),
    keyPairs: keyPairVerbs(deps, context),
    serverGroups: serverGroupVerbs(deps, context),
    quotas: quotaVerbs(deps, context),
    aggregates: aggregateVerbs(deps, context),
    zones: zoneVerbs(deps, context),
    hosts: hostVerbs(deps, context),
    cells: cellVerbs(deps, context),
  }
}
