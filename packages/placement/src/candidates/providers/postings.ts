import type { ProviderId } from '@novakit/core'
import type { ProviderTree, TreeProvider } from '../types.ts'

/** For each name, the roots of the trees in which some provider has it. */
export interface Postings {
  rootsWith(name: string): ReadonlySet<ProviderId>
  replace(root: ProviderId, before: ProviderTree | null, after: ProviderTree | null): void
}

export function postings(namesOf: (provider: TreeProvider) => Iterable<string>): Postings {
  const roots = new Map<string, Set<ProviderId>>()
  const nobody: ReadonlySet<ProviderId> = new Set()
  const namesIn = (tree: ProviderTree | null): readonly string[] =>
    tree === null ? [] : tree.providers.flatMap((provider) => [...namesOf(provider)])
  const add = (name: string, root: ProviderId): void => {
    const set = roots.get(name)
    if (set === undefined) roots.set(name, new Set([root]))
    else set.add(root)
  }
  const remove = (name: string, root: ProviderId): void => {
    const set = roots.get(name)
    if (set?.delete(root) === true && set.size === 0) roots.delete(name)
  }
  return {
    rootsWith: (name) => roots.get(name) ?? nobody,
    replace: (root, before, after) => {
      const [old, now] = [namesIn(before), namesIn(after)]
      // Most changes are of usage.
      if (old.length === now.length && old.every((name, position) => name === now[position])) return
      const names = new Set(now)
      for (const name of old) if (!names.has(name)) remove(name, root)
      for (const name of names) add(name, root)
    },
  }
}
