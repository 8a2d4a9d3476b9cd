import type { ProviderId } from '../../domain/ids.ts'
import type { ProviderRecord } from '../../domain/placement/provider.ts'

/** Provider records by tree. */
export interface Trees {
  replaceAll(records: readonly ProviderRecord[]): void
  /** `changed` are looked at again: those that are not among `found` are gone. */
  replace(changed: readonly ProviderId[], found: readonly ProviderRecord[]): void
  /** Of a provider that is not known: itself. */
  rootOf(provider: ProviderId): ProviderId
  /** Root first; empty where the root is not known. */
  tree(root: ProviderId): readonly ProviderRecord[]
}

export function trees(): Trees {
  const records = new Map<ProviderId, ProviderRecord>()
  const members = new Map<ProviderId, Set<ProviderId>>()

  const remove = (provider: ProviderId): void => {
    const record = records.get(provider)
    if (record === undefined) return
    records.delete(provider)
    members.get(record.root)?.delete(provider)
  }
  const add = (record: ProviderRecord): void => {
    remove(record.id)
    records.set(record.id, record)
    const tree = members.get(record.root)
    if (tree === undefined) members.set(record.root, new Set([record.id]))
    else tree.add(record.id)
  }
  return {
    replaceAll: (all) => {
      records.clear()
      members.clear()
      all.forEach(add)
    },
    replace: (changed, found) => {
      changed.forEach(remove)
      found.forEach(add)
    },
    rootOf: (provider) => records.get(provider)?.root ?? provider,
    tree: (root) => {
      const top = records.get(root)
      if (top === undefined) return []
      const below = [...(members.get(root) ?? [])].filter((provider) => provider !== root)
      return [top, ...below.flatMap((provider) => records.get(provider) ?? [])]
    },
  }
}
