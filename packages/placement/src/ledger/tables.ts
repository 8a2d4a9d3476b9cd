import type { GlobalTx } from '@novakit/core'
import type { Kysely } from 'kysely'

/**
 * The ledger's tables. No foreign keys: they would lock the provider's row for every allocation that is written, and
 * every row here has one writer, this folder.
 */
export interface LedgerTables {
  resource_class: NameRow
  trait: NameRow
  resource_provider: ProviderRow
  inventory: InventoryRow
  provider_trait: TraitRow
  provider_aggregate: AggregateRow
  consumer: ConsumerRow
  allocation: AllocationRow
  guard: GuardRow
  guard_hold: GuardHoldRow
  placement_change: RemovalRow
  placement_feed: FeedRow
}

/** A custom resource class or trait. The standard ones are in no table. */
export interface NameRow {
  name: string
  created_at: number
}

export interface ProviderRow {
  id: string
  name: string
  root: string
  parent: string | null
  /** Grows with inventories, traits, aggregates and claims, as in Placement; renaming and releasing leave it alone. */
  generation: number
  /** Version of its last change of any kind: this column is the change feed of the providers that are there. */
  change_version: number
  /** Milliseconds since 1970, by the store's clock; of any change that shows. */
  changed_at: number
}

export interface InventoryRow {
  provider: string
  resource_class: string
  total: number
  reserved: number
  allocation_ratio: number
  min_unit: number
  max_unit: number
  step_size: number
  /** `floor((total - reserved) × allocation_ratio)`, kept so that a claim is one conditional UPDATE. */
  capacity: number
  /** Sum of the allocations: changed only by UPDATEs that add to it. */
  used: number
  /** When its capacity or units were last written. */
  changed_at: number
}

export interface TraitRow {
  provider: string
  trait: string
  /** 1: its host's agent declares it. 0: `changeTraits` added it, and declarations leave it alone. */
  declared: number
}

export interface AggregateRow {
  provider: string
  aggregate: string
}

/** There while it holds anything. Whoever changes what it holds writes this row first. */
export interface ConsumerRow {
  id: string
  /** Null: unknown, as for clients older than consumer types. */
  type: string | null
  project: string
  user: string
  generation: number
  /** Who claimed last; null where no operation did. */
  operation: string | null
  /** How many guards it holds: most hold none, and then nobody looks for them. */
  holds: number
  changed_at: number
}

export interface AllocationRow {
  consumer: string
  provider: string
  resource_class: string
  used: number
}

export interface GuardRow {
  kind: 'counter' | 'pin'
  name: string
  /** What the holders of a pin agree on; empty for a counter. */
  value: string
  /** Sum of what is held of a counter; number of holders of a pin. The row is gone when it comes to 0. */
  held: number
}

export interface GuardHoldRow {
  consumer: string
  kind: 'counter' | 'pin'
  name: string
  value: string
  held: number
  /** What the holder's guard allowed, so that the same claim is known again; 0 for a pin. */
  allowed: number
}

/** The rest of the change feed: providers that are gone. */
export interface RemovalRow {
  provider: string
  version: number
}

/** One row. */
export interface FeedRow {
  id: number
  /**
   * At least that of the last removal. The feed ends here or at the greatest version of a provider, whichever is later:
   * a claim in a database of one writer gives its provider a version and leaves this row alone.
   */
  version: number
  /** Removals up to here are forgotten. */
  trimmed: number
}

export function tables(tx: GlobalTx): Kysely<LedgerTables> {
  return tx.db<LedgerTables>()
}
