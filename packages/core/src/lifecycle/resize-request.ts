import type { Flavor } from '../domain/flavor/flavor.ts'
import type { HostName, MigrationId, NodeName, ServerId } from '../domain/ids.ts'
import type { VmState } from '../domain/server/states.ts'

export const RESIZE = 'server.resize'
export const CONFIRM_RESIZE = 'server.confirmResize'
export const REVERT_RESIZE = 'server.revertResize'

/** The request of an operation that moves a server with its disks, to another flavor or with the one it has. */
export interface ResizeRequest {
  readonly server: ServerId
  readonly migration: MigrationId
  /** Where the server rested when it began. */
  readonly from: VmState
  /** The guest's epoch where it is left. */
  readonly epoch: number
  readonly sequence: number
  readonly source: { readonly host: HostName; readonly node: NodeName }
  /** Equal on a cold migration. */
  readonly flavors: { readonly before: Flavor; readonly after: Flavor }
  /** Null: the scheduler chooses. */
  readonly requestedHost: HostName | null
  /** Whether it may stay on its host. */
  readonly mayStay: boolean
}

/** The request of an operation that confirms or reverts a resize. */
export interface ResizeEndRequest {
  readonly server: ServerId
  readonly migration: MigrationId
  /** The guest's epoch where it has arrived. */
  readonly epoch: number
  readonly sequence: number
}
