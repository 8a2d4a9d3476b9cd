import type { FlavorId } from '../ids.ts'
import type { GiB, MiB, Vcpus } from '../unit/units.ts'

/** The size of a server. */
export interface Flavor {
  readonly id: FlavorId
  readonly name: string
  readonly vcpus: Vcpus
  readonly memory: MiB
  /** Root disk; 0 takes the image's own size (and claims nothing for it). */
  readonly disk: GiB
  readonly ephemeral: GiB
  readonly swap: MiB
  readonly isPublic: boolean
  readonly description: string | null
  /** Extra specs, such as `hw:cpu_policy`: written by operators, read by scheduler and driver. */
  readonly extraSpecs: Readonly<Record<string, string>>
}
