import type { Allocation, Claim, ClaimResult } from '../domain/placement/claim.ts'
import type { AggregateId, ConsumerId, ProviderId } from '../domain/ids.ts'
import type { GlobalTx, MigrationSet } from './storage.ts'
import type { ProviderDeclaration, ProviderRecord } from '../domain/placement/provider.ts'

/**
 * The ledger of who holds what, embedded in the global store: everything happens inside the caller's transaction, so
 * that a claim and the record of it are one. One that is elsewhere is a `RemotePlacement`.
 */
export interface PlacementLedger {
  /** Its tables. */
  readonly migrations: readonly MigrationSet[]
  /**
   * Makes the tree of one root equal to `providers` (parents first). Aggregates are left as they are; new providers
   * join those of their root. Traits that `changeTraits` added stay until it removes them: a host declares itself
   * again and again.
   * @throws `placement.provider_in_use`, `placement.inventory_in_use`, `placement.invalid_inventory`
   */
  declareTree(tx: GlobalTx, root: ProviderId, providers: readonly ProviderDeclaration[]): Promise<void>
  /** @throws `placement.provider_in_use` */
  removeTree(tx: GlobalTx, root: ProviderId): Promise<void>
  /** Replaces the aggregates of one provider. @throws `placement.provider_not_found` */
  setAggregates(tx: GlobalTx, provider: ProviderId, aggregates: readonly AggregateId[]): Promise<void>
  /** Adds or removes traits of one provider, e.g. COMPUTE_STATUS_DISABLED. @throws `placement.provider_not_found` */
  changeTraits(
    tx: GlobalTx,
    provider: ProviderId,
    change: { add?: readonly string[]; remove?: readonly string[] },
  ): Promise<void>
  /**
   * All claims or none. A consumer's earlier allocations and guards are replaced. The same claim of the same operation
   * again is `claimed` and changes nothing. A refusal leaves nothing of any of the claims behind, while the caller's
   * transaction stays usable.
   */
  claim(tx: GlobalTx, claims: readonly Claim[]): Promise<ClaimResult>
  /** Gives back all that these consumers hold, guards too. Those that hold nothing are passed over. */
  release(tx: GlobalTx, consumers: readonly ConsumerId[]): Promise<void>
  allocationsOf(tx: GlobalTx, consumers: readonly ConsumerId[]): Promise<readonly Allocation[]>
  /** Every provider, or those named. Ordered by name. */
  providers(tx: GlobalTx, only?: readonly ProviderId[]): Promise<readonly ProviderRecord[]>
  /**
   * Providers changed (in inventory, traits, aggregates, tree or usage) or removed after `since`, oldest first, at most
   * `limit` rows; `version` is where to go on from. `reset` when the feed no longer reaches back to `since`.
   */
  changes(tx: GlobalTx, since: number, limit: number): Promise<ChangeFeed>
  /** Where the feed ends now. */
  version(tx: GlobalTx): Promise<number>
}

export interface ChangeFeed {
  readonly version: number
  readonly reset: boolean
  readonly changed: readonly ProviderId[]
}
