import type { ProviderId } from '@novakit/core'
import type { ProviderTree, TreeProvider } from '../types.ts'

/** For each name, the roots of the trees in which some provider has it. */
export interface Postings {
  rootsWith(name: string): ReadonlySet<ProviderId>
  replace(root: ProviderId, before: ProviderTree | null, after: ProviderTree | null): void
}

/** The part of a provider that has the names: mostly the same object before and after a change. */
type Named = readonly string[] | ReadonlySet<string> | ReadonlyMap<string, unknown>

export function postings(partOf: (provider: TreeProvider) => Named): Postings {
  const roots = new Map<string, Set<ProviderId>>()
  const nobody: ReadonlySet<ProviderId> = new Set()
  const namesIn = (tree: ProviderTree | null): ReadonlySet<string> => {
    const names = new Set<string>()
    for (const provider of tree?.providers ?? []) for (const name of namesOf(partOf(provider))) names.add(name)
    return names
  }
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
      // Most changes are of usage.
      if (before !== null && after !== null && haveSame(before, after, partOf)) return
      const names = namesIn(after)
      for (const name of namesIn(before)) if (!names.has(name)) remove(name, root)
      for (const name of names) add(name, root)
    },
  }
}

function namesOf(part: Named): Iterable<string> {
  return Array.isArray(part) ? (part as readonly string[]) : (part as ReadonlySet<string>).keys()
}

function haveSame(before: ProviderTree, after: ProviderTree, partOf: (provider: TreeProvider) => Named): boolean {
  if (before.providers.length !== after.providers.length) return false
  return before.providers.every((old, at) => {
    const [was, is] = [partOf(old), partOf(after.providers[at] as TreeProvider)]
    return was === is || areEqual(namesOf(was), namesOf(is))
  })
}

function areEqual(some: Iterable<string>, others: Iterable<string>): boolean {
  const rest = others[Symbol.iterator]()
  for (const name of some) if (rest.next().value !== name) return false
  return rest.next().done === true
}
