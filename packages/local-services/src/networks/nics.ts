import { id, type FixedIp, type GlobalTx, type Nic, type ServerId } from '@novakit/core'
import { bridgeOf, tapOf } from './names.ts'
import { parseCidr, parseIp } from './ip.ts'
import { tables } from '../records/records.ts'
import type { NetworkRow, PortRow, SubnetRow } from './tables.ts'

/** A server's ports as its host and its guest see them, in the order in which it got them. */
export async function nicsOf(tx: GlobalTx, server: ServerId): Promise<readonly Nic[]> {
  const ports = await portsOf(tx, server)
  return Promise.all(ports.map((port) => nicOf(tx, server, port)))
}

export async function portsOf(tx: GlobalTx, server: ServerId): Promise<readonly PortRow[]> {
  return tables(tx).selectFrom('port').selectAll().where('server', '=', server).orderBy('position').execute()
}

export async function nicOf(tx: GlobalTx, server: ServerId, port: PortRow): Promise<Nic> {
  const network = await tables(tx)
    .selectFrom('network')
    .selectAll()
    .where('id', '=', port.network)
    .executeTakeFirstOrThrow()
  return {
    port: id(port.id),
    network: id(port.network),
    server,
    mac: port.mac,
    mtu: network.mtu,
    fixedIps: await fixedIpsOf(tx, port),
    vifType: 'bridge',
    details: detailsOf(network),
    device: tapOf(port.id),
    tag: port.tag,
    vlan: null,
    trusted: false,
    floatingIps: [],
    plugEvent: false,
  }
}

/** What the host half needs besides. */
export interface BridgeDetails {
  readonly bridge: string
  readonly nat: boolean
}

function detailsOf({ id: network, nat }: NetworkRow): Readonly<Record<keyof BridgeDetails, unknown>> {
  return { bridge: bridgeOf(network), nat: nat === 1 }
}

async function fixedIpsOf(tx: GlobalTx, port: PortRow): Promise<readonly FixedIp[]> {
  const rows = await tables(tx)
    .selectFrom('address')
    .innerJoin('subnet', 'subnet.id', 'address.subnet')
    .selectAll('subnet')
    .select('address.address')
    .where('address.port', '=', port.id)
    .orderBy('subnet.position')
    .execute()
  return rows.map((row) => fixedIpOf(row.address, row))
}

function fixedIpOf(address: string, { cidr, gateway, mode, dns, routes }: SubnetRow): FixedIp {
  return {
    address,
    version: parseIp(address)?.version ?? 4,
    prefix: parseCidr(cidr)?.prefix ?? 0,
    gateway,
    mode,
    dns: JSON.parse(dns) as readonly string[],
    routes: JSON.parse(routes) as FixedIp['routes'],
  }
}
