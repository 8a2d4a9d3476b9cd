import type { HostName } from '../domain/ids.ts'

/** Makes sure that a host cannot run anything any more. Evacuation demands its proof. */
export interface Fencing {
  /** Resolves when the host is known to be off. @throws when it could not be made sure of */
  fence(host: HostName): Promise<{ readonly proof: string }>
}
