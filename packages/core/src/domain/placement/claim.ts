import type { ConsumerId, OperationId, ProjectId, ProviderId, UserId } from '../ids.ts'
import type { Resources } from '../request-spec/request-spec.ts'

/**
 * A rule that is checked in the transaction that claims, in the ledger's own tables: what two racing schedulers cannot
 * break between them.
 */
export type Guard =
  /** At most `max` holders' `by` under one key: anti-affinity per group and host, spread per group and domain. */
  | { readonly kind: 'counter'; readonly key: string; readonly by: number; readonly max: number }
  /** All holders of the key agree on one value: affinity of a group to a host or a rack. */
  | { readonly kind: 'pin'; readonly key: string; readonly value: string }

/** Resources of providers for one consumer, all or nothing. */
export interface Claim {
  readonly consumer: ConsumerId
  readonly consumerType: 'INSTANCE' | 'MIGRATION'
  readonly project: ProjectId
  readonly user: UserId
  readonly allocations: ReadonlyMap<ProviderId, Resources>
  readonly guards: readonly Guard[]
  /** Who claims. Claiming again for the same operation changes nothing. */
  readonly operation: OperationId
  /** Compared only where a client sent it. */
  readonly consumerGeneration?: number | null
}

/** Capacity is told apart from races: only a race is worth the same call again. */
export type ClaimRefusal =
  | {
      readonly kind: 'capacity'
      readonly consumer: ConsumerId
      readonly provider: ProviderId
      readonly resourceClass: string
      readonly requested: number
      readonly available: number
    }
  | {
      readonly kind: 'unit'
      readonly consumer: ConsumerId
      readonly provider: ProviderId
      readonly resourceClass: string
      readonly requested: number
    }
  | { readonly kind: 'guard'; readonly consumer: ConsumerId; readonly guard: Guard; readonly held: number | string }
  | {
      readonly kind: 'no_inventory'
      readonly consumer: ConsumerId
      readonly provider: ProviderId
      readonly resourceClass: string
    }
  | { readonly kind: 'race'; readonly consumer: ConsumerId }

export type ClaimResult = { readonly kind: 'claimed' } | { readonly kind: 'refused'; readonly refusal: ClaimRefusal }

export interface Allocation {
  readonly consumer: ConsumerId
  readonly provider: ProviderId
  readonly resources: Resources
}
