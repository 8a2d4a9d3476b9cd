import type { HostName, NetworkId, PortId, ProjectId, ServerId, UserId } from '../domain/ids.ts'
import type { NetworkRequest, Nic } from '../domain/network/network.ts'
import type { RequestContext } from '../domain/context/request-context.ts'

/** Whose ports they are, and at which of its places: `epoch` grows whenever the server changes hosts. */
export interface NetworkOwner {
  readonly server: ServerId
  readonly project: ProjectId
  readonly user: UserId
  readonly epoch: number
}

/** Where a port that is attached is bound, and what it is found again by. */
export interface AttachPlace {
  readonly host: HostName
  readonly epoch: number
  readonly key: string
}

/**
 * The control half. Ports made for a server are found again by server and index, so repeating makes none twice.
 *
 * Calls may come late, from a worker that was overtaken. A service remembers for each server the highest epoch that it
 * has served and the highest that was released, and refuses with `host.stale_epoch` what is lower than the one or not
 * higher than the other; only `release` is never refused. A service that cannot remember that leaves ports behind, or
 * takes them from a server that has moved on, when a worker stands still for long at the wrong moment.
 */
export interface NetworkControl {
  /** Checks requests before anything is accepted. @throws `network.*` */
  validate(
    context: RequestContext,
    requests: readonly NetworkRequest[] | 'auto' | 'none',
    servers: number,
  ): Promise<void>
  /**
   * Ports for a server, bound to a host. At a higher epoch than before, what is there is bound anew.
   * @throws `host.stale_epoch` when the epoch was released or overtaken
   */
  allocate(
    owner: NetworkOwner,
    requests: readonly NetworkRequest[] | 'auto' | 'none',
    host: HostName,
  ): Promise<readonly Nic[]>
  /**
   * Prepares existing ports for one more host, to which the server is about to move at that epoch; traffic stays where
   * it is. @throws `host.stale_epoch`
   */
  bind(server: ServerId, host: HostName, epoch: number): Promise<readonly Nic[]>
  /** Traffic goes to this host from now on. Its ports are bound there at that epoch. @throws `host.stale_epoch` */
  activate(server: ServerId, host: HostName, epoch: number): Promise<void>
  /** Takes back what was bound to a host at that epoch or a lower one, and nothing else. Absent is fine. */
  unbind(server: ServerId, host: HostName, epoch: number): Promise<void>
  /**
   * Frees what was made for the server and unbinds what was brought, unless it was allocated or bound at a higher epoch.
   * Afterwards nothing may be allocated at that epoch or a lower one. Absent is fine, and is remembered all the same.
   */
  release(server: ServerId, upToEpoch: number): Promise<void>
  /** Whose port has that address, which is unique within its network. Without it, guests are not found by address. */
  serverAt?(network: NetworkId, address: string): Promise<ServerId | null>
  /** Current view of a server's ports. */
  list(server: ServerId): Promise<readonly Nic[]>
  /**
   * One more port for a server, at the epoch at which it has the others; found again by its key.
   * @throws `network.*`, `host.stale_epoch`; `network.in_use` when the key was given up
   */
  attach(server: ServerId, request: NetworkRequest, place: AttachPlace): Promise<Nic>
  /** Gives up what was attached under that key, now or later. Absent is fine, and is remembered all the same. */
  giveUp(server: ServerId, key: string): Promise<void>
  /** Frees a port that was made for the server, and unbinds one that was brought. Absent is fine. */
  detach(server: ServerId, port: PortId): Promise<void>
}

/** The host half: bridges, TAP devices, filters. */
export interface NetworkHost {
  /** Before the guest starts. Repeating finds what is there. */
  plug(server: ServerId, nics: readonly Nic[], signal?: AbortSignal): Promise<void>
  /** After the guest is gone. Absent is fine. */
  unplug(server: ServerId, nics: readonly Nic[]): Promise<void>
}
