import type { Decision, Explanation } from '../domain/scheduling/decision.ts'
import type { Flavor } from '../domain/flavor/flavor.ts'
import type { Image } from '../domain/image/image.ts'
import type { RequestSpec, ResourceRequest } from '../domain/request-spec/request-spec.ts'
import type { Snapshot } from '../domain/scheduling/snapshot.ts'

/** Chooses hosts. Same snapshot, request and seed, same answer. Synchronous; no I/O. */
export interface Scheduler {
  readonly name: string
  /** What a server of this flavor and image asks of Placement: its extra specs and properties translated. */
  translate(flavor: Flavor, image: Image | null, options: { readonly bootFromVolume: boolean }): ResourceRequest
  /** Places every server of the request, or says why one of them found no place. Never throws for a refusal. */
  decide(snapshot: Snapshot, request: RequestSpec, seed: string): Decision
  /** The reasons for each refused host and the ranking of the rest, for the first server of the request. */
  explain(snapshot: Snapshot, request: RequestSpec, seed: string): Explanation
}
