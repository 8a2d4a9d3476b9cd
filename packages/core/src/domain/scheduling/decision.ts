import type { Reason } from '../verdict.ts'
import type { CellId, HostName, NodeName, ProviderId, ServerId } from '../ids.ts'
import type { Resources } from '../request-spec/request-spec.ts'
import type { SnapshotVersion } from './snapshot.ts'

/** A host, and what to claim on which of its providers. */
export interface Candidate {
  readonly provider: ProviderId
  readonly host: HostName
  readonly node: NodeName
  readonly cell: CellId
  /** Provider → resources: the body of a claim. */
  readonly allocations: ReadonlyMap<ProviderId, Resources>
  /** Request-group suffix → the providers that serve it. */
  readonly mappings: ReadonlyMap<string, readonly ProviderId[]>
  readonly weight: number
}

/** One server's place, and where else it could go, best first. */
export interface Choice {
  readonly server: ServerId
  readonly chosen: Candidate
  readonly alternates: readonly Candidate[]
}

/** An answer, not an exception: where each server goes, or that not all of them fit. */
export type Decision =
  | {
      readonly kind: 'placed'
      readonly choices: readonly Choice[]
      readonly version: SnapshotVersion
      readonly seed: string
    }
  | {
      readonly kind: 'refused'
      /** How many servers had found a place before one did not. */
      readonly fitted: number
      /** Those that had found one, for callers that take what there is. */
      readonly choices: readonly Choice[]
      readonly version: SnapshotVersion
      readonly seed: string
      readonly explanation: Explanation
    }

/** Why hosts were refused and how the others were ranked. JSON-able. */
export interface Explanation {
  readonly version: SnapshotVersion
  readonly seed: string
  /** Hosts looked at, before any filter. */
  readonly hosts: number
  /** In the order they ran. */
  readonly stages: readonly StageReport[]
  /** Survivors, best first, at most the number asked for. */
  readonly ranking: readonly RankedHost[]
  /** One sentence for the tenant: no host names, no numbers of others. */
  readonly summary: string
}

/** One filter, or the resource check, on the way through. */
export interface StageReport {
  readonly name: string
  readonly before: number
  readonly after: number
  /** How many hosts fell for each reason code. */
  readonly refused: Readonly<Record<string, number>>
  /** The host that came closest, where the stage can say by how much it missed. */
  readonly closest: { readonly host: HostName; readonly node: NodeName; readonly reason: Reason } | null
}

export interface RankedHost {
  readonly host: HostName
  readonly node: NodeName
  readonly weight: number
  readonly scores: Readonly<
    Record<string, { readonly raw: number; readonly normalised: number; readonly weighted: number }>
  >
}
