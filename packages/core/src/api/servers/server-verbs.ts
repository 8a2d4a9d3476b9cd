import type { ApiDeps } from '../deps.ts'
import type { Awaited } from './until.ts'
import type { NewServer, ServerQuery } from './input.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import type { Server, ServerAction } from '../../domain/server/server.ts'
import { actionsOf } from '../../storage/cell/actions.ts'
import { serverActionVerbs, type ServerActionVerbs } from './actions/action-verbs.ts'
import { addressOf, findServer } from './find-server.ts'
import { createServers } from './create-servers.ts'
import { deleteServer } from './delete-server.ts'
import { listServers, type ServerPage } from './list-servers.ts'
import { millis } from '../../domain/unit/units.ts'
import { newServer, serverQuery, untilOptions } from './input.ts'
import { parse } from '../parse.ts'
import { invalid, serverId } from './server-id.ts'
import { serverInterfaceVerbs, type ServerInterfaceVerbs } from './interfaces/interface-verbs.ts'
import { serverVolumeVerbs, type ServerVolumeVerbs } from './volumes/volume-verbs.ts'
import { until } from './until.ts'

/**
 * The servers of the caller's project. Every verb throws `policy.forbidden`, `server.invalid` for what it cannot read,
 * and `server.not_found` for a server of another project.
 */
export interface ServerVerbs extends ServerActionVerbs, ServerVolumeVerbs, ServerInterfaceVerbs {
  /**
   * Accepts one or more equal servers and answers at once, while they are being built. With an `idempotencyKey` the
   * same request again answers with the same servers as they are then, without those that were deleted.
   * @throws `server.not_found` for a server that a hint names, `flavor.not_found`, `image.*`, `quota.exceeded`, `key_pair.not_found`, `server_group.not_found`,
   *   `aggregate.zone_not_found`, `operation.key_reused`
   */
  create(server: NewServer): Promise<readonly Server[]>
  get(server: string): Promise<Server>
  /** A cell that does not answer is named in `partial`, and the rest is shown all the same. */
  list(query?: ServerQuery): Promise<ServerPage>
  /**
   * Accepts the deletion, whatever the server is doing. Deleting it again is fine. With `timing.reclaimAfter` it can be
   * had back for so long.
   */
  delete(server: string): Promise<void>
  /** The same, and it cannot be had back. */
  forceDelete(server: string): Promise<void>
  /**
   * Waits until the server rests in that state; null when it was to be deleted and is.
   * @throws `server.ended_otherwise` when it rests in error instead, `server.until_timeout`
   */
  until(server: string, state: 'deleted', options?: UntilOptions): Promise<null>
  until(server: string, state: Exclude<Awaited, 'deleted'>, options?: UntilOptions): Promise<Server>
  /** What was ever asked of the server, newest first. */
  actions(server: string): Promise<readonly ServerAction[]>
}

export interface UntilOptions {
  /** Milliseconds. Default five minutes. */
  readonly timeout?: number
}

export function serverVerbs(deps: ApiDeps, context: RequestContext): ServerVerbs {
  const wait = async (server: string, state: Awaited, options: UntilOptions = {}): Promise<Server | null> => {
    const { timeout } = parse(untilOptions, options, invalid)
    return until(deps, context, serverId(server), state, millis(timeout))
  }
  return {
    ...serverActionVerbs(deps, context),
    ...serverVolumeVerbs(deps, context),
    ...serverInterfaceVerbs(deps, context),
    create: async (input) => createServers(deps, context, parse(newServer, input, invalid)),
    get: async (server) => findServer(deps, context, serverId(server)),
    list: async (query = {}) => listServers(deps, context, parse(serverQuery, query, invalid)),
    delete: async (server) => deleteServer(deps, context, serverId(server), 'delete'),
    forceDelete: async (server) => deleteServer(deps, context, serverId(server), 'forceDelete'),
    until: wait as ServerVerbs['until'],
    actions: async (server) => {
      const { cell } = await addressOf(deps, context, serverId(server), 'servers:get')
      return cell === null ? [] : deps.cells.get(cell).read((tx) => actionsOf(tx, serverId(server)))
    },
  }
}
