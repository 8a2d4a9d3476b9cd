import type { ProviderId, Resources } from '@novakit/core'

/** One way to serve a request on one host. */
export interface AllocationCandidate {
  /** Provider → resources: the body of a claim. Amounts of several groups on one provider are added up. */
  readonly allocations: ReadonlyMap<ProviderId, Resources>
  /** Request-group suffix → the providers that serve it. */
  readonly mappings: ReadonlyMap<string, readonly ProviderId[]>
}

/** What a host offers for a request: at least one candidate, or why there is none. */
export type HostCandidates =
  | { readonly candidates: readonly AllocationCandidate[]; readonly shortage: null }
  | { readonly candidates: readonly []; readonly shortage: Shortage }

/** Why a host offers nothing: the first of these, in this order, that a group meets. */
export type ShortageCode =
  /** The root lacks a trait of `rootRequired` or has one of `rootForbidden`. */
  | 'placement.root_traits'
  /** No provider of the tree that the group's `inTree` names is within reach. */
  | 'placement.in_tree'
  /** None is in the aggregates asked for, or all are in forbidden ones. */
  | 'placement.aggregates'
  /** They lack a required trait or have a forbidden one. */
  | 'placement.traits'
  /** None has an inventory of a class. */
  | 'placement.no_inventory'
  /** Less than `minUnit`, more than `maxUnit`, or no multiple of `stepSize`. */
  | 'placement.unit'
  /** Not enough is left. */
  | 'placement.capacity'
  /** Each group finds a place alone; together, under `groupPolicy` and `sameSubtree`, they do not. */
  | 'placement.combination'
  /** There are more combinations than a decision may try. */
  | 'placement.too_many_combinations'

export type ShortageCause = 'no_inventory' | 'unit' | 'capacity'

export interface Shortage {
  readonly code: ShortageCode
  /** Suffix of the group that finds nothing; null where it is the host, or all groups together. */
  readonly group: string | null
  /** What is short, as the provider that comes closest has it. */
  readonly classes: readonly ClassShortage[]
  /** Traits that are missing, and with a `!` before them those that must not be there. */
  readonly traits: readonly string[]
}

export interface ClassShortage {
  readonly resourceClass: string
  readonly cause: ShortageCause
  readonly requested: number
  /** What is left there: 0 without an inventory, below zero where it shrank under its use. */
  readonly available: number
  /** `requested - available`; 0 if only the unit is wrong. */
  readonly shortBy: number
  /** Null: of all providers together. */
  readonly provider: ProviderId | null
}
