import type { ProviderId, Resources } from '@novakit/core'
import type { Plan, PlannedGroup } from '../request/plan.ts'
import type { Reach } from '../request/reach.ts'
import type { AllocationCandidate, TreeProvider } from '../types.ts'
import type { Assignment } from './tree-search.ts'

/** What an assignment takes, and which providers serve which group. */
export function candidateOf(plan: Plan, reach: Reach, assignment: Assignment): AllocationCandidate {
  return { allocations: allocationsOf(plan, reach, assignment), mappings: mappingsOf(plan, reach, assignment) }
}

/** The same, worked out each time it is read: tens of thousands may be kept at once, and each is a few numbers. */
export function unreadCandidate(plan: Plan, reach: Reach, assignment: Assignment): AllocationCandidate {
  return {
    get allocations() {
      return allocationsOf(plan, reach, assignment)
    },
    get mappings() {
      return mappingsOf(plan, reach, assignment)
    },
  }
}

/** The one candidate of a plain group and a single provider. */
export function candidateOn(id: ProviderId, { wanted }: PlannedGroup): AllocationCandidate {
  if (wanted.length === 0) return { allocations: new Map(), mappings: new Map() }
  const resources: Record<string, number> = {}
  for (const { resourceClass, amount } of wanted) resources[resourceClass] = amount
  return { allocations: new Map<ProviderId, Resources>([[id, resources]]), mappings: new Map([['', [id]]]) }
}

function allocationsOf({ slots }: Plan, { nodes }: Reach, assignment: Assignment): ReadonlyMap<ProviderId, Resources> {
  const allocations = new Map<ProviderId, Record<string, number>>()
  for (const [index, { wanted }] of slots.entries()) {
    if (wanted.length === 0) continue
    const { id } = nodes[assignment[index] as number] as TreeProvider
    const sums = allocations.get(id) ?? {}
    allocations.set(id, sums)
    for (const { resourceClass, amount } of wanted) sums[resourceClass] = (sums[resourceClass] ?? 0) + amount
  }
  return allocations
}

function mappingsOf(
  { slots }: Plan,
  { nodes }: Reach,
  assignment: Assignment,
): ReadonlyMap<string, readonly ProviderId[]> {
  const mappings = new Map<string, ProviderId[]>()
  for (const [index, { group }] of slots.entries()) {
    const { id } = nodes[assignment[index] as number] as TreeProvider
    const { suffix } = group.group
    const serving = mappings.get(suffix)
    if (serving === undefined) mappings.set(suffix, [id])
    else if (!serving.includes(id)) serving.push(id)
  }
  return mappings
}
