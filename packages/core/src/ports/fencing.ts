import type { HostName } from '../domain/ids.ts'
import type { Millis } from '../domain/unit/units.ts'

/** Makes sure that a host cannot run anything any more. Evacuation demands its proof. */
export interface Fencing {
  /** Resolves when the host is known to be off. @throws when it could not be made sure of */
  fence(host: HostName): Promise<{ readonly proof: string }>
}

/** How servers of dead hosts come back without an operator. */
export interface Recovery {
  readonly fencing: Fencing
  /** A host that was not heard of for that long is taken to be dead. At least what makes it down. */
  readonly after: Millis
  /**
   * If more than that share of a cell's hosts is silent at once, and more than one, it is taken for a fault of the
   * network or of the conductors, and none is fenced. 0 to 1.
   */
  readonly share: number
}
