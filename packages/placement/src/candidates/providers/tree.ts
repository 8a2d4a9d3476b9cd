import type { ProviderId } from '@novakit/core'
import type { ProviderTree, TreeProvider } from '../types.ts'

/**
 * Root first, then each provider before those below it, siblings by name. Null without a root. Providers whose parent
 * is not among the members yet stand at the end.
 */
export function treeFrom(root: ProviderId, members: ReadonlyMap<ProviderId, TreeProvider>): ProviderTree | null {
  const top = members.get(root)
  if (top === undefined) return null
  if (members.size === 1) return { root, providers: [top], aggregates: top.aggregates }
  const providers = inOrder(top, members)
  return { root, providers, aggregates: [...new Set(providers.flatMap((provider) => provider.aggregates))] }
}

function inOrder(top: TreeProvider, members: ReadonlyMap<ProviderId, TreeProvider>): readonly TreeProvider[] {
  const below = new Map<ProviderId | null, TreeProvider[]>()
  for (const provider of members.values()) {
    if (provider === top) continue
    const siblings = below.get(provider.parent)
    if (siblings === undefined) below.set(provider.parent, [provider])
    else siblings.push(provider)
  }
  const ordered: TreeProvider[] = []
  // A stack of its own: a tree may be deeper than calls can be.
  const waiting = [top]
  for (let provider = waiting.pop(); provider !== undefined; provider = waiting.pop()) {
    ordered.push(provider)
    const children = below.get(provider.id)
    if (children === undefined) continue
    below.delete(provider.id)
    for (const child of children.toSorted(byName).toReversed()) waiting.push(child)
  }
  const orphans = [...below.values()].flat().toSorted(byName)
  for (const orphan of orphans) if (below.get(orphan.parent)?.includes(orphan) === true) ordered.push(orphan)
  return ordered
}

function byName(a: TreeProvider, b: TreeProvider): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1
  return a.id < b.id ? -1 : 1
}
