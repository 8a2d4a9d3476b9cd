import type { HostState, ProviderState, ResourceRequest } from '@novakit/core'
import { flatFits } from './request/flat.ts'
import { hostReach } from './request/host-reach.ts'
import { optionsOf } from './request/options.ts'
import { isTrivial, planFor, type Plan } from './request/plan.ts'
import type { Reach } from './request/reach.ts'
import { candidateOf, candidateOn } from './search/candidate.ts'
import { treeSearch } from './search/tree-search.ts'
import { combinedShortage, groupShortage, rootShortage } from './shortage/shortage.ts'
import type { AllocationCandidate, HostCandidates } from './types.ts'

/** Fuel burnt without a find, after which the search of a host is given up: about a tenth of a second. */
const PATIENCE = 300_000

/**
 * How one host can serve a request, as Placement's `GET /allocation_candidates` defines it for one anchor: at most
 * `limit` candidates, the same ones in the same order for the same input, or what is short. The work is bounded by
 * `limit`, not by the number of combinations. Amounts of zero count as not asked for. A group without a suffix that
 * asks for traits and for no resources finds nothing, as the providers it uses are none.
 *
 * `sharing` are the providers that share through aggregates; those that share nothing with this host are passed over.
 */
export function candidatesOf(
  host: HostState,
  request: ResourceRequest,
  sharing: readonly ProviderState[],
  limit: number,
): HostCandidates {
  const plan = planFor(request)
  const root = rootShortage(host.traits, request)
  if (root !== null) return { candidates: [], shortage: root }
  const { only } = plan
  if (only !== null && host.children.length === 0 && sharing.length === 0) {
    if (flatFits(host, only, (id) => id === host.provider)) {
      return { candidates: [candidateOn(host.provider, only)], shortage: null }
    }
  }
  const reach = hostReach(host, sharing)
  const { candidates, gaveUp } = searched(plan, reach, Math.max(1, limit))
  if (candidates.length > 0) return { candidates, shortage: null }
  return { candidates: [], shortage: groupShortage(plan, reach) ?? combinedShortage(plan, reach, gaveUp) }
}

function searched(plan: Plan, reach: Reach, limit: number) {
  const candidates: AllocationCandidate[] = []
  if (isTrivial(plan)) return { candidates: [candidateOf(plan, reach, [])], gaveUp: false }
  const options = optionsOf(plan, reach)
  if (options === null) return { candidates, gaveUp: false }
  const search = treeSearch(plan, reach, options, PATIENCE)
  const fuel = { left: Number.MAX_SAFE_INTEGER }
  while (candidates.length < limit) {
    const found = search.next(fuel)
    if (typeof found !== 'string') candidates.push(candidateOf(plan, reach, found))
    else if (!search.rest()) break
  }
  return { candidates, gaveUp: search.gaveUp }
}
