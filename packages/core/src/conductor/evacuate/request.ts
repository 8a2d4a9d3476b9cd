import type { EvacuationRequest } from '../../lifecycle/index.ts'
import type { Json } from '../../domain/json.ts'
import type { Place } from '../../storage/global/build-requests.ts'
import type { Step } from '../../saga/index.ts'

export type EvacuationStep = Step<'cell', EvacuationRequest>

/** What the step `place` puts out. */
export interface Placed {
  readonly place: Place
  /** What the server held where it was, by provider: the migration holds it now. */
  readonly left: Readonly<Record<string, Readonly<Record<string, number>>>>
}

export const asJson = (placed: Placed): Json => placed as unknown as Json
