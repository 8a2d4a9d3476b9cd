import type { Decision, Explanation } from '../domain/scheduling/decision.ts'
import type { RequestSpec } from '../domain/request-spec/request-spec.ts'
import type { Snapshot } from '../domain/scheduling/snapshot.ts'

/** Chooses hosts. Same snapshot, request and seed, same answer. Synchronous; no I/O. */
export interface Scheduler {
  readonly name: string
  /** Places every server of the request, or says why one of them found no place. Never throws for a refusal. */
  decide(snapshot: Snapshot, request: RequestSpec, seed: string): Decision
  /** The reasons for each refused host and the ranking of the rest, for the first server of the request. */
  explain(snapshot: Snapshot, request: RequestSpec, seed: string): Explanation
}
