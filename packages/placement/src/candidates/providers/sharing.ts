import type { AggregateId, ProviderId } from '@novakit/core'
import type { ProviderTree, SharingProviders, TreeProvider } from '../types.ts'

const SHARES = 'MISC_SHARES_VIA_AGGREGATE'

export function isSharing(provider: TreeProvider): boolean {
  return provider.traits.has(SHARES)
}

export const nothingShared: SharingProviders = { byAggregate: new Map(), trees: new Map() }

/** Those of the trees that share, in the order of their ids. */
export function sharingFrom(trees: ReadonlyMap<ProviderId, ProviderTree>): SharingProviders {
  const byAggregate = new Map<AggregateId, TreeProvider[]>()
  const sharers = [...trees.values()].flatMap((tree) => tree.providers.filter(isSharing))
  for (const provider of sharers.sort((a, b) => (a.id < b.id ? -1 : 1))) {
    for (const aggregate of provider.aggregates) {
      const members = byAggregate.get(aggregate)
      if (members === undefined) byAggregate.set(aggregate, [provider])
      else members.push(provider)
    }
  }
  return { byAggregate, trees }
}
