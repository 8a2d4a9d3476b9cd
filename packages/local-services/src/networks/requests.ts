import { networkErrors, type GlobalTx, type NetworkRequest, type RequestContext } from '@novakit/core'
import { canonicalIp } from './ip.ts'
import { freeIn, subnetsOf } from './addresses.ts'
import { tables } from '../records/records.ts'
import type { NetworkRow } from './tables.ts'

export type Requests = readonly NetworkRequest[] | 'auto' | 'none'

/** The networks of a project, and those for all. */
export async function networksOf(tx: GlobalTx, project: string): Promise<readonly NetworkRow[]> {
  return tables(tx)
    .selectFrom('network')
    .selectAll()
    .where((e) => e.or([e('owner', '=', project), e('shared', '=', 1)]))
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** @throws `network.not_found` */
export async function networkFor(tx: GlobalTx, project: string, network: string): Promise<NetworkRow> {
  const row = await tables(tx).selectFrom('network').selectAll().where('id', '=', network).executeTakeFirst()
  if (row === undefined || (row.owner !== project && row.shared === 0)) throw networkErrors.not_found({ network })
  return row
}

/**
 * What is asked for, one by one. `auto` is the only network that there is, as in Nova: where there is none, no port.
 * @throws `network.ambiguous`, `network.not_found`, `network.invalid`
 */
export async function wantedPorts(
  tx: GlobalTx,
  project: string,
  requests: Requests,
): Promise<readonly NetworkRequest[]> {
  if (requests === 'none') return []
  if (requests === 'auto') return oneOf(await networksOf(tx, project))
  for (const { network, port } of requests) {
    if (network !== undefined) await networkFor(tx, project, network)
    else if (port === undefined) throw networkErrors.invalid({ what: 'neither a network nor a port is named.' })
  }
  return requests
}

function oneOf(networks: readonly NetworkRow[]): readonly NetworkRequest[] {
  const [first, ...more] = networks
  if (more.length > 0) throw networkErrors.ambiguous({ networks: networks.length })
  return first === undefined ? [] : [{ network: first.id as NonNullable<NetworkRequest['network']> }]
}

/** @throws `network.*` for what could not be given, as far as that can be known before it is */
export async function checkRequests(
  tx: GlobalTx,
  { project }: RequestContext,
  requests: Requests,
  servers: number,
): Promise<void> {
  const wanted = await wantedPorts(tx, project, requests)
  const ports = new Map<string, number>()
  for (const request of wanted) {
    if (request.port !== undefined) await checkBrought(tx, project, request, wanted, servers)
    else if (request.fixedIp !== undefined) await checkAddress(tx, request, servers)
    else ports.set(request.network ?? '', (ports.get(request.network ?? '') ?? 0) + servers)
  }
  for (const [network, count] of ports) await checkRoom(tx, network, count)
}

async function checkBrought(
  tx: GlobalTx,
  project: string,
  { port = '' as never }: NetworkRequest,
  wanted: readonly NetworkRequest[],
  servers: number,
): Promise<void> {
  const row = await tables(tx).selectFrom('port').selectAll().where('id', '=', port).executeTakeFirst()
  if (row === undefined || row.project !== project) throw networkErrors.port_not_found({ port })
  if (servers > 1) throw networkErrors.invalid({ what: 'one port is for one server.' })
  const twice = wanted.filter((one) => one.port === port).length > 1
  if (row.server !== null || twice) throw networkErrors.in_use({ what: 'the port belongs to a server already.' })
}

async function checkAddress(
  tx: GlobalTx,
  { network = '' as never, fixedIp = '' }: NetworkRequest,
  servers: number,
): Promise<void> {
  const address = canonicalIp(fixedIp)
  if (address === null) throw networkErrors.invalid({ what: 'the fixed address is no address.' })
  if (servers > 1) throw networkErrors.invalid({ what: 'one fixed address is for one server.' })
  const rows = tables(tx).selectFrom('address').select('port')
  const taken = await rows.where('network', '=', network).where('address', '=', address).executeTakeFirst()
  if (taken !== undefined) throw networkErrors.in_use({ what: 'the address belongs to another port.' })
}

/** Each server needs one of each kind that the network has. */
async function checkRoom(tx: GlobalTx, network: string, count: number): Promise<void> {
  const subnets = await subnetsOf(tx, network)
  for (const isOfKind of [(cidr: string) => !cidr.includes(':'), (cidr: string) => cidr.includes(':')]) {
    const ofKind = subnets.filter(({ cidr }) => isOfKind(cidr))
    const free = await Promise.all(ofKind.map((subnet) => freeIn(tx, subnet)))
    if (ofKind.length > 0 && free.reduce((sum, one) => sum + one, 0) < count)
      throw networkErrors.no_addresses({ network })
  }
}
