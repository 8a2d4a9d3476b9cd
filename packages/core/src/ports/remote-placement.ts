import type { AggregateId, ConsumerId, ProviderId } from '../domain/ids.ts'
import type { Allocation, Claim, ClaimResult } from '../domain/placement/claim.ts'
import type { ProviderDeclaration, ProviderRecord } from '../domain/placement/provider.ts'

/**
 * A Placement that is somebody else's, such as OpenStack's own: no transaction of ours reaches it, and it knows no
 * guards. What is claimed there is a step's effect, found again by its consumer and undone by `release`; group rules
 * are checked late, as Nova does. The embedded ledger (`ports/placement.ts`) claims in the transaction that records it.
 */
export interface RemotePlacement {
  declareTree(root: ProviderId, providers: readonly ProviderDeclaration[]): Promise<void>
  removeTree(root: ProviderId): Promise<void>
  setAggregates(provider: ProviderId, aggregates: readonly AggregateId[]): Promise<void>
  /** All or none; a repeat finds what the first one did. Guards are not looked at. */
  claim(claims: readonly Claim[]): Promise<ClaimResult>
  /** Absent is fine. */
  release(consumers: readonly ConsumerId[]): Promise<void>
  allocationsOf(consumers: readonly ConsumerId[]): Promise<readonly Allocation[]>
  providers(): Promise<readonly ProviderRecord[]>
}
