import type { HostName, MigrationId, NodeName, ServerId } from '../domain/ids.ts'
import type { VmState } from '../domain/server/states.ts'

export const EVACUATE = 'server.evacuate'

/** The request of an operation that makes a server anew because its host is dead. */
export interface EvacuationRequest {
  readonly server: ServerId
  readonly migration: MigrationId
  /** Where the server rested when it began. */
  readonly from: VmState
  /** The guest's epoch on the dead host. */
  readonly epoch: number
  readonly sequence: number
  /** Null: it was on no host any more. */
  readonly source: { readonly host: HostName; readonly node: NodeName } | null
  /** Null: the scheduler chooses. */
  readonly requestedHost: HostName | null
  /** The vm state that it shall rest in: stopped since Nova's 2.95, and before that what it was. */
  readonly landsAs: 'active' | 'stopped'
}
