import type { AggregateId, HostState, InventoryUsage, ProviderId, ProviderState } from '@novakit/core'

/** A provider that a host can draw on: of its own tree, or one that shares with the tree through an aggregate. */
export interface Reachable {
  readonly id: ProviderId
  readonly parent: ProviderId | null
  /** Root of the tree it stands in. */
  readonly tree: ProviderId
  readonly shared: boolean
  readonly traits: ReadonlySet<string>
  readonly inventories: ReadonlyMap<string, InventoryUsage>
  readonly aggregates: readonly AggregateId[]
}

/** Root first, then the rest of the tree, then those that share with it, each in the order given. */
export function reachOf(host: HostState, sharing: readonly ProviderState[]): readonly Reachable[] {
  const root: Reachable = {
    id: host.provider,
    parent: null,
    tree: host.provider,
    shared: false,
    traits: host.traits,
    inventories: host.inventories,
    aggregates: host.aggregates,
  }
  if (host.children.length === 0 && sharing.length === 0) return [root]
  const tree = [root, ...host.children.map((child) => ({ ...child, tree: root.id, shared: false }))]
  return sharing.length === 0 ? tree : [...tree, ...sharersOf(tree, sharing)]
}

function sharersOf(tree: readonly Reachable[], sharing: readonly ProviderState[]): readonly Reachable[] {
  const aggregates = new Set(tree.flatMap((provider) => provider.aggregates))
  const own = new Set(tree.map((provider) => provider.id))
  return sharing
    .filter((provider) => !own.has(provider.id) && provider.aggregates.some((each) => aggregates.has(each)))
    .map((provider) => ({ ...provider, tree: rootOf(provider, sharing), shared: true }))
}

function rootOf(provider: ProviderState, among: readonly ProviderState[]): ProviderId {
  const parent = provider.parent === null ? undefined : among.find((each) => each.id === provider.parent)
  return parent === undefined ? provider.id : rootOf(parent, among)
}
