import type { HostName, PortId, ServerId } from '../domain/ids.ts'
import type { NetworkRequest, Nic } from '../domain/network/network.ts'
import type { RequestContext } from '../domain/context/request-context.ts'

/** The control half. Ports made for a server are found again by server and index, so repeating makes none twice. */
export interface NetworkControl {
  /** Checks requests before anything is accepted. @throws `network.*` */
  validate(
    context: RequestContext,
    requests: readonly NetworkRequest[] | 'auto' | 'none',
    servers: number,
  ): Promise<void>
  /** Ports for a server, bound to a host. */
  allocate(
    server: ServerId,
    requests: readonly NetworkRequest[] | 'auto' | 'none',
    host: HostName,
  ): Promise<readonly Nic[]>
  /** Binds existing ports to another host (or none). */
  bind(server: ServerId, host: HostName | null): Promise<readonly Nic[]>
  /** Frees what was made for the server and unbinds what was brought. Absent is fine. */
  release(server: ServerId): Promise<void>
  /** Current view of a server's ports. */
  list(server: ServerId): Promise<readonly Nic[]>
  attach(server: ServerId, request: NetworkRequest, host: HostName, key: string): Promise<Nic>
  detach(server: ServerId, port: PortId): Promise<void>
}

/** The host half: bridges, TAP devices, filters. */
export interface NetworkHost {
  /** Before the guest starts. Repeating finds what is there. */
  plug(server: ServerId, nics: readonly Nic[], signal?: AbortSignal): Promise<void>
  /** After the guest is gone. Absent is fine. */
  unplug(server: ServerId, nics: readonly Nic[]): Promise<void>
}
