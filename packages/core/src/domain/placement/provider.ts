import type { AggregateId, ProviderId } from '../ids.ts'
import type { Inventory } from '../scheduling/snapshot.ts'

/** One provider as a host's agent declares it. The whole list is the tree: what is not in it any more is removed. */
export interface ProviderDeclaration {
  readonly id: ProviderId
  readonly name: string
  readonly parent: ProviderId | null
  readonly inventories: Readonly<Record<string, Inventory>>
  readonly traits: readonly string[]
}

/** A provider as the ledger knows it. */
export interface ProviderRecord {
  readonly id: ProviderId
  readonly name: string
  readonly root: ProviderId
  readonly parent: ProviderId | null
  readonly generation: number
  readonly inventories: Readonly<Record<string, Inventory & { readonly used: number }>>
  readonly traits: readonly string[]
  readonly aggregates: readonly AggregateId[]
}
