import type { AggregateId, ResourceGroup } from '@novakit/core'
import type { Reachable } from './reach.ts'
import type { ShortageCode } from './types.ts'

/** Whether a provider may serve a group at all, whatever it has left. */
type ProviderTest = (provider: Reachable, group: ResourceGroup, reach: readonly Reachable[]) => boolean

/** In the order in which a shortage names them. */
export const providerTests: readonly (readonly [ShortageCode, ProviderTest])[] = [
  ['placement.in_tree', inTree],
  ['placement.aggregates', inAggregates],
  ['placement.traits', withTraits],
]

export function eligibleFor(group: ResourceGroup, reach: readonly Reachable[]): readonly Reachable[] {
  return reach.filter((provider) => providerTests.every(([, test]) => test(provider, group, reach)))
}

/** Any node names its tree. The group without a suffix then takes nothing from sharing providers. */
function inTree(provider: Reachable, group: ResourceGroup, reach: readonly Reachable[]): boolean {
  if (group.inTree === null) return true
  if (group.suffix === '' && provider.shared) return false
  return reach.some((each) => each.id === group.inTree && each.tree === provider.tree)
}

/** An aggregate on a root spans its tree for the group without a suffix; all else must be a member itself. */
function inAggregates(provider: Reachable, group: ResourceGroup, reach: readonly Reachable[]): boolean {
  if (group.memberOf.length === 0 && group.forbiddenAggregates.length === 0) return true
  const root = group.suffix === '' && !provider.shared ? reach[0] : undefined
  const isMember = (aggregate: AggregateId): boolean =>
    provider.aggregates.includes(aggregate) || (root?.aggregates.includes(aggregate) ?? false)
  return group.memberOf.every((anyOf) => anyOf.some(isMember)) && !group.forbiddenAggregates.some(isMember)
}

/** Required traits are for one provider to have, unless the group has no suffix: then for all it uses together. */
function withTraits(provider: Reachable, group: ResourceGroup): boolean {
  if (group.forbidden.some((trait) => provider.traits.has(trait))) return false
  return group.suffix === '' || missingTraits(group, [provider]).length === 0
}

/** Those required traits that none of these providers has; of an any-of entry, all of its names. */
export function missingTraits(group: ResourceGroup, providers: readonly Reachable[]): readonly string[] {
  if (group.required.length === 0) return []
  const isThere = (trait: string): boolean => providers.some((provider) => provider.traits.has(trait))
  return group.required
    .map((entry) => (typeof entry === 'string' ? [entry] : entry))
    .filter((anyOf) => !anyOf.some(isThere))
    .flat()
}
