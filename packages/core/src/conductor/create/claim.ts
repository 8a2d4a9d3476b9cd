import type { BuildRequest, Place } from '../../storage/global/build-requests.ts'
import type { Claim, Guard } from '../../domain/placement/claim.ts'
import type { ConsumerId, OperationId, ProviderId } from '../../domain/ids.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { Resources } from '../../domain/request-spec/request-spec.ts'
import { groupPolicyOf } from '../../storage/global/server-groups.ts'
import { heldAggregatesOf } from '../../storage/global/aggregates.ts'
import { id } from '../../domain/ids.ts'
import { siteOf } from '../../domain/server-group/site-of.ts'

/** Decisions that lose their claim to somebody else before the servers are told that there is no room. */
export const CLAIM_TRIES = 6

/** What a server claims at a place, with the rules of its group as guards. */
export async function claimFor(
  tx: GlobalTx,
  request: BuildRequest,
  place: Place,
  operation: OperationId,
): Promise<Claim> {
  return {
    consumer: id<ConsumerId>(request.server),
    consumerType: 'INSTANCE',
    project: request.blueprint.project,
    user: request.blueprint.user,
    allocations: new Map(Object.entries(place.allocations) as [ProviderId, Resources][]),
    guards: await guardsFor(tx, request, place),
    operation,
  }
}

/** Soft policies have no guard: they are wishes. */
async function guardsFor(tx: GlobalTx, request: BuildRequest, place: Place): Promise<readonly Guard[]> {
  const { group } = request.blueprint
  if (group === null) return []
  const rule = await groupPolicyOf(tx, group)
  if (rule === null) return []
  const { policy, level, maxServerPerHost } = rule
  if (policy === 'soft-affinity' || policy === 'soft-anti-affinity') return []
  const site = level === null ? place.host : siteOf(level, place.host, await heldAggregatesOf(tx, place.host))
  const key = `group/${group}`
  // The host has left the level since it was chosen. Nobody may hold any of such a key: the claim is lost.
  if (site === null) return [{ kind: 'counter', key: `${key}/nowhere`, by: 1, max: 0 }]
  switch (policy) {
    case 'affinity':
      return [{ kind: 'pin', key, value: site }]
    case 'anti-affinity':
      return [{ kind: 'counter', key: `${key}/at/${site}`, by: 1, max: maxServerPerHost }]
    case 'partition':
      return [{ kind: 'pin', key: `${key}/at/${site}`, value: request.blueprint.hints.partition ?? '' }]
  }
}
