import type { NetworkRequest } from '../domain/network/network.ts'
import type { PlugRequest } from './volume-request.ts'
import type { PortId } from '../domain/ids.ts'

export const ATTACH_INTERFACE = 'server.attachInterface'
export const DETACH_INTERFACE = 'server.detachInterface'

/** The request of an operation that gives a server one more port. */
export interface AttachInterfaceRequest extends PlugRequest {
  readonly wanted: NetworkRequest
}

/** The request of an operation that takes a port from a server. */
export interface DetachInterfaceRequest extends PlugRequest {
  readonly port: PortId
}
