import type { HostName, ImageId, ProjectId, ServerId, UserId } from '../domain/ids.ts'
import type { VmState } from '../domain/server/states.ts'

export const OFFLOAD = 'server.shelveOffload'
/** From its image, on whichever host. */
export const UNSHELVE = 'server.unshelve'
/** Where it is: it was not offloaded yet. */
export const UNSHELVE_IN_PLACE = 'server.unshelveInPlace'

/** The request of an operation that takes a shelved server from its host. */
export interface OffloadRequest {
  readonly server: ServerId
  readonly action: 'shelveOffload'
  readonly epoch: number
  readonly sequence: number
}

/** The request of an operation that makes a shelved server run again. */
export interface UnshelveRequest {
  readonly server: ServerId
  readonly action: 'unshelve'
  readonly from: VmState
  /** Of its guest when it was shelved. */
  readonly epoch: number
  readonly sequence: number
  readonly project: ProjectId
  readonly user: UserId
  /** What it is made from; deleted afterwards. */
  readonly image: ImageId | null
  /** Null: the scheduler chooses. */
  readonly host: HostName | null
  /** Where it belongs from then on; null: as before. */
  readonly zone: { readonly to: string | null } | null
}
