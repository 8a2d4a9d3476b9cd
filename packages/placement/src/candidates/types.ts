import type { AggregateId, ProviderId, ProviderState, ResourceRequest, Resources } from '@novakit/core'

/** A provider with the root of its tree, which is itself for a root. Immutable: what changes is put anew. */
export interface TreeProvider extends ProviderState {
  readonly root: ProviderId
}

/** Whole, root first, then each provider before those below it; siblings by name. */
export interface ProviderTree {
  readonly root: ProviderId
  readonly providers: readonly TreeProvider[]
  /** Those that any of its providers is in. */
  readonly aggregates: readonly AggregateId[]
}

/** What a mirror of the ledger is told: a provider as it is now, or that it is no more. */
export type ProviderChange =
  | { readonly kind: 'put'; readonly provider: TreeProvider }
  | { readonly kind: 'gone'; readonly provider: ProviderId }

/**
 * All providers by tree, aggregate, trait and class. Kept up to date change by change, at a cost that follows from the
 * trees that change and not from how many there are. Its content alone, and not the way it came about, decides the
 * answers.
 */
export interface ProviderIndex {
  /** How many providers there are. */
  readonly size: number
  /**
   * In any order within one call: a tree that moves under another root is put provider by provider. A provider whose
   * root is not there yet is offered to nobody until it is. Searches that are under way go on with what they saw when
   * they were opened.
   */
  apply(changes: Iterable<ProviderChange>): void
  provider(id: ProviderId): TreeProvider | undefined
  /** The tree in which a provider stands; any of its providers names it. */
  treeOf(id: ProviderId): ProviderTree | undefined
  /** All trees by the id of their root. A list that was handed out does not change any more. */
  readonly trees: readonly ProviderTree[]
  /** Roots of the trees in which a provider has it. Live: to be read at once. */
  rootsWith(what: 'trait' | 'class' | 'aggregate', name: string): ReadonlySet<ProviderId>
  /**
   * For each of `trees`, the most that one claim can take of a class from one provider of the tree; -1: nobody has it.
   * Live: it speaks of the trees that are there when it is read.
   */
  roomOf(resourceClass: string): ArrayLike<number>
  /**
   * Works out what `roomOf` will be asked for these classes, and yields after each piece of it: for whoever has an event
   * loop to share, before a search over thousands of trees.
   */
  prepare(resourceClasses: Iterable<string>): Iterable<void>
  /** A value: replaced, and never changed in place. */
  readonly sharing: SharingProviders
}

/** The providers with the trait MISC_SHARES_VIA_AGGREGATE. */
export interface SharingProviders {
  readonly byAggregate: ReadonlyMap<AggregateId, readonly TreeProvider[]>
  /** The trees that they stand in, by root. */
  readonly trees: ReadonlyMap<ProviderId, ProviderTree>
}

/** `GET /allocation_candidates`, once it is read. Names of traits, classes and suffixes have been checked before. */
export interface CandidateRequest {
  /** Amounts of zero count as not asked for. */
  readonly resources: ResourceRequest
  /** At most so many; null: every one, up to `cap`. */
  readonly limit: number | null
  /** The order follows from it and from the content of the index. */
  readonly seed: string
  /** False before microversion 1.29: a candidate takes from one provider of a tree at most. */
  readonly nested: boolean
  /** Where an answer without a limit ends; `DEFAULT_CAP` unless told. */
  readonly cap?: number
}

export interface CandidateResult {
  /**
   * No two are equal, in what they take and from whom, and in their mappings. There may be tens of thousands: each is
   * worked out when it is read, so read it once.
   */
  readonly candidates: readonly AllocationCandidate[]
  /**
   * The providers to summarise, as they were when the search was opened: all of each tree that a candidate takes from
   * (trees of sharing providers too), in the order in which the candidates name the trees. Where the request is not
   * `nested`, those that a candidate takes from, alone.
   */
  readonly summarised: readonly TreeProvider[]
  /** There may be more than these: the cap was met, or a tree was given up that has too many combinations. */
  readonly partial: boolean
}

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

/** Why a request fits nowhere, over all trees. */
export interface ShortageReport {
  /** How many trees there are, those that serve the request among them. */
  readonly trees: number
  /** How many of them each shortage turns away. */
  readonly codes: ReadonlyMap<ShortageCode, number>
  /** The trees that came closest, the closest first. */
  readonly closest: readonly { readonly root: ProviderId; readonly shortage: Shortage }[]
}
