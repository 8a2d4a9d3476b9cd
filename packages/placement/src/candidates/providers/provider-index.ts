import type { ProviderId } from '@novakit/core'
import type { ProviderChange, ProviderIndex, ProviderTree, SharingProviders, TreeProvider } from '../types.ts'
import { postings, type Postings } from './postings.ts'
import { isSharing, nothingShared, sharingFrom } from './sharing.ts'
import { treeFrom } from './tree.ts'
import { treeList } from './tree-list.ts'

/** An index without providers. */
export function providerIndex(): ProviderIndex {
  const store = openStore()
  const list = treeList()
  const trees = new Map<ProviderId, ProviderTree>()
  const roots: Readonly<Record<'trait' | 'class' | 'aggregate', Postings>> = {
    trait: postings((provider) => provider.traits),
    class: postings((provider) => provider.inventories),
    aggregate: postings((provider) => provider.aggregates),
  }
  let sharing: SharingProviders = nothingShared

  const replaceTree = (root: ProviderId, after: ProviderTree | null): void => {
    const before = trees.get(root) ?? null
    if (after === null) trees.delete(root)
    else trees.set(root, after)
    for (const each of Object.values(roots)) each.replace(root, before, after)
  }
  const share = (changed: ReadonlyMap<ProviderId, ProviderTree | null>): void => {
    const now = new Map(sharing.trees)
    for (const [root, tree] of changed) {
      if (tree?.providers.some(isSharing) === true) now.set(root, tree)
      else now.delete(root)
    }
    if (now.size > 0 || sharing.trees.size > 0) sharing = sharingFrom(now)
  }
  return {
    get size() {
      return store.providers.size
    },
    get trees() {
      return list.trees
    },
    get sharing() {
      return sharing
    },
    provider: (id) => store.providers.get(id),
    treeOf: (id) => trees.get(store.providers.get(id)?.root ?? id),
    roomOf: list.rooms.of,
    prepare: list.rooms.prepare,
    rootsWith: (what, name) => roots[what].rootsWith(name),
    apply: (changes) => {
      const changed = new Map<ProviderId, ProviderTree | null>()
      for (const [root, inPlace] of store.write(changes)) {
        const before = trees.get(root)
        const tree = before === undefined || inPlace === null ? null : withReplaced(before, inPlace)
        changed.set(root, tree ?? treeFrom(root, store.membersOf(root)))
      }
      for (const [root, tree] of changed) replaceTree(root, tree)
      list.replace(changed)
      if ([...changed.keys()].some((root) => touchesSharing(root, changed, sharing))) share(changed)
    },
  }
}

function touchesSharing(
  root: ProviderId,
  changed: ReadonlyMap<ProviderId, ProviderTree | null>,
  sharing: SharingProviders,
): boolean {
  return sharing.trees.has(root) || changed.get(root)?.providers.some(isSharing) === true
}

type Replaced = ReadonlyMap<TreeProvider, TreeProvider>

/** Whether the tree keeps its order and its aggregates: as after a claim. */
function staysPut(before: TreeProvider, { root, parent, name, aggregates }: TreeProvider): boolean {
  if (before.root !== root || before.parent !== parent || before.name !== name) return false
  const old = before.aggregates
  return old === aggregates || (old.length === aggregates.length && old.every((each, at) => each === aggregates[at]))
}

/** Null where one of them is not in the tree as it was. */
function withReplaced(tree: ProviderTree, replaced: Replaced): ProviderTree | null {
  const providers = tree.providers.slice()
  for (const [old, now] of replaced) {
    const at = providers.indexOf(old)
    if (at < 0) return null
    providers[at] = now
  }
  return { ...tree, providers }
}

/** Providers by id, and by the root that they name. */
function openStore() {
  const providers = new Map<ProviderId, TreeProvider>()
  const members = new Map<ProviderId, Map<ProviderId, TreeProvider>>()
  const remove = ({ id, root }: TreeProvider): void => {
    const tree = members.get(root)
    tree?.delete(id)
    if (tree?.size === 0) members.delete(root)
  }
  const add = (provider: TreeProvider): void => {
    const tree = members.get(provider.root)
    if (tree === undefined) members.set(provider.root, new Map([[provider.id, provider]]))
    else tree.set(provider.id, provider)
  }
  return {
    providers: providers as ReadonlyMap<ProviderId, TreeProvider>,
    membersOf: (root: ProviderId): ReadonlyMap<ProviderId, TreeProvider> => members.get(root) ?? new Map(),
    /** @returns for the roots of the trees that changed: what stands where another stood, old → new; null if more did */
    write: (changes: Iterable<ProviderChange>): ReadonlyMap<ProviderId, Replaced | null> => {
      const touched = new Map<ProviderId, Map<TreeProvider, TreeProvider> | null>()
      for (const change of changes) {
        const id = change.kind === 'put' ? change.provider.id : change.provider
        const before = providers.get(id)
        const after = change.kind === 'put' ? change.provider : undefined
        if (before !== undefined && after !== undefined && staysPut(before, after)) {
          const replaced = touched.get(after.root)
          if (replaced === undefined) touched.set(after.root, new Map([[before, after]]))
          else replaced?.set(before, after)
          providers.set(id, after)
          members.get(after.root)?.set(id, after)
          continue
        }
        if (before !== undefined) {
          touched.set(before.root, null)
          remove(before)
          providers.delete(id)
        }
        if (after === undefined) continue
        touched.set(after.root, null)
        providers.set(id, after)
        add(after)
      }
      return touched
    },
  }
}
