import type { Choice, Decision, Explanation } from '../domain/scheduling/decision.ts'
import type {
  AggregateState,
  Delta,
  GroupState,
  PlacedServer,
  Snapshot,
  SnapshotVersion,
} from '../domain/scheduling/snapshot.ts'
import type { Flavor } from '../domain/flavor/flavor.ts'
import type { AggregateId, HostName, ProjectId, ServerId } from '../domain/ids.ts'
import type { Image } from '../domain/image/image.ts'
import type { PciRequest, RequestSpec, ResourceGroup, ResourceRequest } from '../domain/request-spec/request-spec.ts'

/** Chooses hosts. Same snapshot, request and seed, same answer. Synchronous; no I/O. */
export interface Scheduler {
  readonly name: string
  /** What a server of this flavor and image asks of Placement: its extra specs and properties translated. */
  translate(flavor: Flavor, image: Image | null, options: TranslateOptions): ResourceRequest
  /** Places every server of the request, or says why one of them found no place. Never throws for a refusal. */
  decide(snapshot: Snapshot, request: RequestSpec, seed: string): Decision
  /** The reasons for each refused host and the ranking of the rest, for the first server of the request. */
  explain(snapshot: Snapshot, request: RequestSpec, seed: string): Explanation
  /** A decider that follows one cluster, empty at first. Absent: callers give `decide` whole snapshots. */
  engine?(): SchedulingEngine
}

/** What a request says beside its flavor and image; what is absent narrows nothing. */
export interface TranslateOptions {
  readonly bootFromVolume: boolean
  readonly project?: ProjectId
  /** Null: any. */
  readonly zone?: string | null
  /** Those of the cloud, for zones and projects that have some to themselves. */
  readonly aggregates?: ReadonlyMap<AggregateId, AggregateState>
  /** What ports and device profiles ask for, each with a suffix of its own. */
  readonly requested?: readonly ResourceGroup[]
  /** PCI devices of its ports. */
  readonly devices?: readonly PciRequest[]
  /** For each network of the request that is routed: the aggregates of its segments, any of which will do. */
  readonly networkAggregates?: readonly (readonly AggregateId[])[]
  /** A port is managed by a network device of the host. */
  readonly remoteManagedPorts?: boolean
}

/**
 * Decides on a cluster that it follows, without a snapshot to be made for each decision. Its answers are those that
 * `Scheduler.decide` gives on the equal snapshot with what is held counted as used. Synchronous; one caller at a time.
 */
export interface SchedulingEngine {
  /** Of what it has been shown last. */
  readonly version: SnapshotVersion
  /** Starts anew; what is held stays held. */
  reset(snapshot: Snapshot): void
  /** Goes on to the later version. @throws RangeError if the delta does not begin at `version` */
  apply(delta: Delta): void
  /**
   * Counts what the choices allocate as used on top of the snapshot, until it is released: what is decided and not
   * claimed yet. Negative amounts count as given back. A key that holds something holds this instead. Providers and
   * classes that the cluster does not know count once it does.
   */
  hold(key: string, choices: readonly Choice[]): void
  /** Nothing happens if nothing is held under the key. */
  release(key: string): void
  decide(request: RequestSpec, seed: string, over?: DecisionOverlay): Decision
}

/** What counts for one decision beside the cluster. */
export interface DecisionOverlay {
  /** In place of what the snapshot says of the group. */
  readonly group?: GroupState
  /** Servers on hosts, beside those that the snapshot shows there. */
  readonly namedServers?: ReadonlyMap<HostName, ReadonlyMap<ServerId, PlacedServer>>
  /** True: what is held counts as free. */
  readonly withoutHeld?: boolean
  /** True: a refusal need not say why. An engine may then leave its explanation empty, where that is cheaper. */
  readonly withoutReasons?: boolean
}
