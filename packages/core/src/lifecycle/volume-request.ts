import type { RequestContext } from '../domain/context/request-context.ts'
import type { ServerId, VolumeId } from '../domain/ids.ts'

export const ATTACH_VOLUME = 'server.attachVolume'
export const DETACH_VOLUME = 'server.detachVolume'

/** What operations ask that plug something into a server's guest, or out of it. */
export interface PlugRequest {
  readonly server: ServerId
  /** The guest's epoch when it began: it acts on no other. */
  readonly epoch: number
  /** Of its first order; the next number is for the order that takes it back. */
  readonly sequence: number
}

/** The request of an operation that brings a volume to a server's guest, or takes it away. */
export interface VolumeRequest extends PlugRequest {
  readonly volume: VolumeId
  /** Whose volume it must be. */
  readonly caller: Pick<RequestContext, 'project' | 'user' | 'roles'>
}
