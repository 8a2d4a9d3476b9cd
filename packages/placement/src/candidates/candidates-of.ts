import type { HostState, ProviderId, ProviderState, ResourceRequest, Resources } from '@novakit/core'
import { flatCandidates, isFlat } from './flat.ts'
import { reachOf, type Reachable } from './reach.ts'
import { search, type Assignment } from './search.ts'
import { combinedShortage, groupShortage, rootShortage } from './shortage.ts'
import { slotsOf, type Slot } from './slots.ts'
import type { AllocationCandidate, HostCandidates } from './types.ts'

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
  const root = rootShortage(host, request)
  if (root !== null) return { candidates: [], shortage: root }
  const reach = reachOf(host, sharing)
  const { candidates, gaveUp } = isFlat(host, request, sharing)
    ? { candidates: flatCandidates(reach, request), gaveUp: false }
    : searched(request, reach, Math.max(1, limit))
  if (candidates.length > 0) return { candidates, shortage: null }
  return { candidates: [], shortage: groupShortage(request, reach) ?? combinedShortage(request, reach, gaveUp) }
}

function searched(request: ResourceRequest, reach: readonly Reachable[], limit: number) {
  const slots = slotsOf(request, reach)
  const { assignments, gaveUp } = search(slots, request, reach, limit)
  return { candidates: assignments.map((assignment) => candidateOf(slots, assignment)), gaveUp }
}

function candidateOf(slots: readonly Slot[], assignment: Assignment): AllocationCandidate {
  const allocations = new Map<ProviderId, Resources>()
  const mappings = new Map<string, readonly ProviderId[]>()
  for (const [index, slot] of slots.entries()) {
    const provider = assignment[index]?.id
    if (provider === undefined) continue
    const { suffix } = slot.group
    const serving = mappings.get(suffix) ?? []
    if (!serving.includes(provider)) mappings.set(suffix, [...serving, provider])
    if (slot.wanted.length > 0) allocations.set(provider, plus(allocations.get(provider), slot))
  }
  return { allocations, mappings }
}

function plus(before: Resources | undefined, slot: Slot): Resources {
  const sum: Record<string, number> = { ...before }
  for (const [resourceClass, amount] of slot.wanted) sum[resourceClass] = (sum[resourceClass] ?? 0) + amount
  return sum
}
