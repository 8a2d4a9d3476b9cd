import type { AggregateId, ProviderId, Resources } from '@novakit/core'
import type { MirroredProvider, MirrorView } from '../mirror/provider-mirror.ts'

/** All that is told has to hold. */
export interface ProviderFilter {
  readonly name?: string
  readonly id?: ProviderId
  /** In the tree of this provider. */
  readonly inTree?: ProviderId
  /** Of each of these lists at least one. */
  readonly memberOf?: readonly (readonly AggregateId[])[]
  readonly forbiddenAggregates?: readonly AggregateId[]
  readonly required?: readonly (readonly string[])[]
  readonly forbidden?: readonly string[]
  /** What it has to have left, in amounts that keep to its units. */
  readonly resources?: Resources
}

/** The providers of a mirror that pass, in the order in which it learnt of them. */
export function findProviders({ providers, index }: MirrorView, filter: ProviderFilter): readonly MirroredProvider[] {
  const named =
    filter.id === undefined ? providers.values() : [providers.get(filter.id)].filter((each) => each !== undefined)
  const root = filter.inTree === undefined ? null : index.treeOf(filter.inTree)?.root
  if (root === undefined) return []
  const found: MirroredProvider[] = []
  for (const provider of named) {
    if ((root === null || provider.root === root) && passes(provider, filter)) found.push(provider)
  }
  return found
}

function passes(provider: MirroredProvider, filter: ProviderFilter): boolean {
  const { memberOf = [], forbiddenAggregates = [], required = [], forbidden = [], resources = {} } = filter
  const { name, traits, aggregates } = provider
  return (
    (filter.name === undefined || filter.name === name) &&
    required.every((any) => any.some((trait) => traits.includes(trait))) &&
    !forbidden.some((trait) => traits.includes(trait)) &&
    memberOf.every((any) => any.some((aggregate) => aggregates.includes(aggregate))) &&
    !forbiddenAggregates.some((aggregate) => aggregates.includes(aggregate)) &&
    Object.entries(resources).every(([resourceClass, amount]) => hasRoom(provider, resourceClass, amount))
  )
}

function hasRoom({ inventories }: MirroredProvider, resourceClass: string, amount: number): boolean {
  const stock = inventories[resourceClass]
  if (stock === undefined) return false
  const capacity = (stock.total - stock.reserved) * stock.allocationRatio
  const fits = amount >= stock.minUnit && amount <= stock.maxUnit && amount % stock.stepSize === 0
  return fits && stock.used + amount <= capacity
}
