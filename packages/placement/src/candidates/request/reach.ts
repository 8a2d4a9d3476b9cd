import type { ProviderId } from '@novakit/core'
import type { ProviderTree, SharingProviders, TreeProvider } from '../types.ts'

/** What one tree can draw on. */
export interface Reach {
  readonly tree: ProviderTree
  /** The tree, root first, then those that share with it. */
  readonly nodes: readonly TreeProvider[]
  /** How many of the nodes are of the tree itself. */
  readonly own: number
  readonly around: Surroundings
}

/** What lies outside of a tree. */
export interface Surroundings {
  readonly sharing: SharingProviders
  /** The root of the tree that an `inTree` of the request names; undefined: there is no such provider. */
  rootOf(provider: ProviderId): ProviderId | undefined
}

export function reachOf(tree: ProviderTree, around: Surroundings): Reach {
  const { providers } = tree
  const sharers = around.sharing.byAggregate.size === 0 ? none : sharersOf(tree, around.sharing)
  return { tree, nodes: sharers.length === 0 ? providers : [...providers, ...sharers], own: providers.length, around }
}

const none: readonly TreeProvider[] = []

/** A provider shares with every tree of which a member is in one of its aggregates. */
function sharersOf({ root, aggregates }: ProviderTree, { byAggregate }: SharingProviders): readonly TreeProvider[] {
  const found: TreeProvider[] = []
  for (const aggregate of aggregates) addSharers(byAggregate.get(aggregate), root, found)
  return aggregates.length > 1 && found.length > 1 ? [...new Set(found)].sort(byId) : found
}

function addSharers(sharers: readonly TreeProvider[] | undefined, root: ProviderId, to: TreeProvider[]): void {
  if (sharers === undefined) return
  for (const provider of sharers) if (provider.root !== root) to.push(provider)
}

function byId(a: TreeProvider, b: TreeProvider): number {
  return a.id < b.id ? -1 : 1
}

export function isShared(reach: Reach, node: number): boolean {
  return node >= reach.own
}
