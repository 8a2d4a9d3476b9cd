import type { ApiDeps } from '../../deps.ts'
import type { NetworkId, PortId, ServerId } from '../../../domain/ids.ts'
import type { NetworkRequest, Nic } from '../../../domain/network/network.ts'
import type { NewInterface, ParsedInterface } from './input.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import { addressOf } from '../find-server.ts'
import { attachInterface, detachInterface } from './plug-interface.ts'
import { id } from '../../../domain/ids.ts'
import { invalid, serverId } from '../server-id.ts'
import { networkErrors } from '../../../domain/network/errors.ts'
import { newInterface } from './input.ts'
import { parse } from '../../parse.ts'
import { reference } from '../../fields.ts'

/** A port of a server, as the API shows it. */
export type ServerInterface = Pick<Nic, 'port' | 'network' | 'mac' | 'fixedIps' | 'tag'>

/**
 * The ports of a server. Attaching and detaching resolve when they are accepted; `actions` tells how they ended. All
 * throw as the actions of a server do.
 */
export interface ServerInterfaceVerbs {
  /**
   * In that network, with that address of it, or with a port that is brought; with nothing given in the only network
   * that there is. @throws `network.*`, `server.no_host`
   */
  attachInterface(server: string, wanted?: NewInterface): Promise<void>
  /** A port that was made for the server is freed, one that was brought stays. @throws `network.port_not_found`, `server.no_host` */
  detachInterface(server: string, port: string): Promise<void>
  /** In the order in which it got them. */
  interfaces(server: string): Promise<readonly ServerInterface[]>
  /** @throws `network.port_not_found` */
  interface(server: string, port: string): Promise<ServerInterface>
}

export function serverInterfaceVerbs(deps: ApiDeps, context: RequestContext): ServerInterfaceVerbs {
  const list = async (server: ServerId): Promise<readonly Nic[]> => {
    const { cell } = await addressOf(deps, context, server, 'servers:get')
    return cell === null ? [] : deps.networks.list(server)
  }
  const mustHave = async (server: ServerId, port: PortId): Promise<Nic> => {
    const nic = (await list(server)).find((one) => one.port === port)
    if (nic === undefined) throw networkErrors.port_not_found({ port })
    return nic
  }
  const portId = (port: string): PortId => id(parse(reference, port, invalid, 'the port'))
  return {
    attachInterface: async (server, input = {}) => {
      const wanted = requestOf(parse(newInterface, input, invalid))
      await addressOf(deps, context, serverId(server), 'servers:attachInterface')
      const named = wanted.network !== undefined || wanted.port !== undefined
      await deps.networks.validate(context, named ? [wanted] : 'auto', 1)
      await attachInterface(deps, context, serverId(server), wanted)
    },
    detachInterface: async (server, port) => {
      await mustHave(serverId(server), portId(port))
      await detachInterface(deps, context, serverId(server), portId(port))
    },
    interfaces: async (server) => (await list(serverId(server))).map(shown),
    interface: async (server, port) => shown(await mustHave(serverId(server), portId(port))),
  }
}

const shown = ({ port, network, mac, fixedIps, tag }: Nic): ServerInterface => ({ port, network, mac, fixedIps, tag })

function requestOf({ network, port, fixedIp, tag }: ParsedInterface): NetworkRequest {
  return {
    ...(network === undefined ? {} : { network: id<NetworkId>(network) }),
    ...(port === undefined ? {} : { port: id<PortId>(port) }),
    ...(fixedIp === undefined ? {} : { fixedIp }),
    ...(tag === undefined ? {} : { tag }),
  }
}
