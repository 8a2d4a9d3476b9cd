import type { ProviderId } from '@novakit/core'
import type { ProviderTree } from '../types.ts'

/** For each name, the roots of the trees in which some provider has it. */
export interface Postings {
  rootsWith(name: string): ReadonlySet<ProviderId>
  replace(root: ProviderId, before: ProviderTree | null, after: ProviderTree | null): void
}

/** @param namesIn all names that a tree has; a name may come several times */
export function postings(namesIn: (tree: ProviderTree) => Iterable<string>): Postings {
  const roots = new Map<string, Set<ProviderId>>()
  const nobody: ReadonlySet<ProviderId> = new Set()
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
      const names = new Set(after === null ? [] : namesIn(after))
      for (const name of before === null ? [] : namesIn(before)) if (!names.has(name)) remove(name, root)
      for (const name of names) add(name, root)
    },
  }
}

export function* traitsIn({ providers }: ProviderTree): Iterable<string> {
  for (const provider of providers) yield* provider.traits
}

export function* classesIn({ providers }: ProviderTree): Iterable<string> {
  for (const provider of providers) yield* provider.inventories.keys()
}
