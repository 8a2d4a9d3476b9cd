import type { AggregateId, HostState, ProviderId, ProviderState } from '@novakit/core'
import type { ProviderTree, SharingProviders, TreeProvider } from '../types.ts'
import { nothingShared } from '../providers/sharing.ts'
import { reachOf, type Reach } from './reach.ts'

const trees = new WeakMap<HostState, ProviderTree>()

/** A host as the index would have its tree, remembered as long as the host is: it never changes. */
function treeOfHost(host: HostState): ProviderTree {
  const known = trees.get(host)
  if (known !== undefined) return known
  const { provider: root, node: name, traits, inventories, aggregates } = host
  const top: TreeProvider = { id: root, name, root, parent: null, traits, inventories, aggregates }
  const providers = [top, ...host.children.map((child) => ({ ...child, root }))]
  const tree = { root, providers, aggregates: [...new Set(providers.flatMap((each) => each.aggregates))] }
  trees.set(host, tree)
  return tree
}

/** @param sharing providers outside of the host's tree, every one of which shares */
export function hostReach(host: HostState, sharing: readonly ProviderState[]): Reach {
  const shared = sharedBy(sharing)
  const tree = treeOfHost(host)
  const rootOf = (id: ProviderId): ProviderId | undefined =>
    tree.providers.some((each) => each.id === id) ? tree.root : rootAmong(shared, id)
  return reachOf(tree, { sharing: shared, rootOf })
}

const lists = new WeakMap<readonly ProviderState[], SharingProviders>()

function sharedBy(sharing: readonly ProviderState[]): SharingProviders {
  if (sharing.length === 0) return nothingShared
  const known = lists.get(sharing)
  if (known !== undefined) return known
  const byAggregate = new Map<AggregateId, TreeProvider[]>()
  const members = new Map<ProviderId, TreeProvider[]>()
  for (const each of sharing) {
    const provider = { ...each, root: topOf(each, sharing) }
    for (const aggregate of each.aggregates) append(byAggregate, aggregate, provider)
    append(members, provider.root, provider)
  }
  const shared = {
    byAggregate,
    trees: new Map([...members].map(([root, providers]) => [root, treeOf(root, providers)])),
  }
  lists.set(sharing, shared)
  return shared
}

function treeOf(root: ProviderId, providers: readonly TreeProvider[]): ProviderTree {
  return { root, providers, aggregates: [...new Set(providers.flatMap((each) => each.aggregates))] }
}

function append<K>(lists: Map<K, TreeProvider[]>, key: K, provider: TreeProvider): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [provider])
  else list.push(provider)
}

function topOf(provider: ProviderState, among: readonly ProviderState[]): ProviderId {
  const parent = provider.parent === null ? undefined : among.find((each) => each.id === provider.parent)
  return parent === undefined ? provider.id : topOf(parent, among)
}

function rootAmong({ trees }: SharingProviders, id: ProviderId): ProviderId | undefined {
  for (const { root, providers } of trees.values()) if (providers.some((each) => each.id === id)) return root
  return undefined
}
