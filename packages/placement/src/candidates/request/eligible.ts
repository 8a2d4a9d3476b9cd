import type { AggregateId, ResourceRequest } from '@novakit/core'
import type { ShortageCode, TreeProvider } from '../types.ts'
import type { PlannedGroup } from './plan.ts'
import { isShared, type Reach } from './reach.ts'

/** Whether a provider may serve a group at all, whatever it has left. */
type NodeTest = (group: PlannedGroup, reach: Reach, node: number) => boolean

/** In the order in which a shortage names them. */
export const nodeTests: readonly (readonly [ShortageCode, NodeTest])[] = [
  ['placement.in_tree', inTree],
  ['placement.aggregates', inAggregates],
  ['placement.traits', withTraits],
]

export function isEligible(group: PlannedGroup, reach: Reach, node: number): boolean {
  return inTree(group, reach, node) && inAggregates(group, reach, node) && withTraits(group, reach, node)
}

/** Any node names its tree. The group without a suffix then takes nothing from sharing providers. */
function inTree({ group, plain }: PlannedGroup, reach: Reach, node: number): boolean {
  if (group.inTree === null) return true
  if (plain && isShared(reach, node)) return false
  return reach.around.rootOf(group.inTree) === reach.nodes[node]?.root
}

/**
 * With a suffix a provider must be a member itself. Without one an aggregate of the root spans its tree: either the
 * provider or its root is in all of them, and neither is in a forbidden one. What is shared must be a member itself,
 * and keeps clear of trees whose root is in a forbidden one.
 */
function inAggregates({ group, plain }: PlannedGroup, reach: Reach, node: number): boolean {
  const { memberOf, forbiddenAggregates } = group
  if (memberOf.length === 0 && forbiddenAggregates.length === 0) return true
  const own = (reach.nodes[node] as TreeProvider).aggregates
  const root = plain ? (reach.nodes[0] as TreeProvider).aggregates : own
  const isSpanned = plain && !isShared(reach, node)
  return (
    (isInAll(own, memberOf) || (isSpanned && isInAll(root, memberOf))) &&
    !forbiddenAggregates.some((each) => own.includes(each) || root.includes(each))
  )
}

export function isInAll(aggregates: readonly AggregateId[], memberOf: readonly (readonly AggregateId[])[]): boolean {
  return memberOf.every((anyOf) => anyOf.some((each) => aggregates.includes(each)))
}

/** Required traits are for one provider to have, unless the group has no suffix: then for all it uses together. */
function withTraits({ group, plain, required }: PlannedGroup, { nodes }: Reach, node: number): boolean {
  if (group.forbidden.length === 0 && required.length === 0) return true
  const { traits } = nodes[node] as TreeProvider
  for (const trait of group.forbidden) if (traits.has(trait)) return false
  return plain || required.every((anyOf) => hasAny(traits, anyOf))
}

export function hasAny(traits: ReadonlySet<string>, anyOf: readonly string[]): boolean {
  for (const trait of anyOf) if (traits.has(trait)) return true
  return false
}

/** Those required traits that none of these providers has; of an any-of entry, all of its names. */
export function missingTraits({ required }: PlannedGroup, providers: readonly TreeProvider[]): readonly string[] {
  if (required.length === 0) return []
  return required.filter((anyOf) => !providers.some(({ traits }) => hasAny(traits, anyOf))).flat()
}

/** A root is asked for its traits before anything else. */
export function hasRootTraits({ rootRequired, rootForbidden }: ResourceRequest, root: TreeProvider): boolean {
  for (const trait of rootRequired) if (!root.traits.has(trait)) return false
  for (const trait of rootForbidden) if (root.traits.has(trait)) return false
  return true
}
