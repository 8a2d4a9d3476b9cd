import type { ProviderRecord } from '@novakit/core'
import type { TreeProvider } from '../types.ts'

/** A record of the ledger as the index takes it. */
export function treeProvider({
  id,
  name,
  root,
  parent,
  inventories,
  traits,
  aggregates,
}: ProviderRecord): TreeProvider {
  return {
    id,
    name,
    root,
    parent,
    traits: new Set(traits),
    inventories: new Map(Object.entries(inventories)),
    aggregates,
  }
}
