import type { Flavor } from '../../domain/flavor/flavor.ts'
import type { Json } from '../../domain/json.ts'
import type { Place } from '../../storage/global/build-requests.ts'
import type { ResizeEndRequest, ResizeRequest } from '../../lifecycle/index.ts'
import type { Step } from '../../saga/index.ts'

export type ResizeStep = Step<'cell', ResizeRequest>
export type ResizeEndStep = Step<'cell', ResizeEndRequest>

/** What the step `place` puts out. */
export interface Placed {
  readonly place: Place
  /** What the server held where it was, by provider: the migration holds it now. */
  readonly left: Held
}

/** Resources by provider. */
export type Held = Readonly<Record<string, Readonly<Record<string, number>>>>

export const asJson = (value: object): Json => value as unknown as Json

/** What of a flavor counts against quotas. */
export const quotaOf = ({ vcpus, memory }: Flavor): { readonly cores: number; readonly ram: number } => ({
  cores: vcpus,
  ram: memory,
})
