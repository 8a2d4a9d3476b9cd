import {
  id,
  networkErrors,
  type AttachPlace,
  type GlobalTx,
  type HostName,
  type NetworkControl,
  type NetworkId,
  type NetworkOwner,
  type NetworkRequest,
  type Nic,
  type PortId,
  type RequestContext,
  type ServerId,
} from '@novakit/core'
import { activateOn, addPort, bindTo, giveTo, releaseUpTo, removePort, takeFrom, unbindUpTo } from './ports.ts'
import { canonicalIp, formatCidr } from './ip.ts'
import { checkRequests, networkFor, networksOf, wantedPorts, type Requests } from './requests.ts'
import { closeKey, isClosed } from '../records/closed-keys.ts'
import { closeUpTo, serve } from './fences.ts'
import { nicOf, nicsOf, portsOf } from './nics.ts'
import { parseNetwork, parsePort, type NetworkInput, type PortInput } from './input.ts'
import { tables } from '../records/records.ts'
import type { NetworkDeps } from './deps.ts'

/** A network as this store knows it. */
export interface StoredNetwork {
  readonly id: NetworkId
  readonly name: string
  readonly shared: boolean
  /** In the order in which they were given; addresses are drawn from the first that has one. */
  readonly subnets: readonly { readonly cidr: string; readonly gateway: string | null }[]
}

/** Networks of this machine, for clouds without Neutron. */
export interface NetworkStore extends NetworkControl {
  /** @throws `network.invalid`, for a shared one by who is no admin too */
  createNetwork(context: RequestContext, network: NetworkInput): Promise<StoredNetwork>
  /** Those that the caller may use, oldest first. */
  networks(context: RequestContext): Promise<readonly StoredNetwork[]>
  /** Absent is fine. @throws `network.in_use` while it has ports */
  deleteNetwork(context: RequestContext, network: NetworkId): Promise<void>
  /** A port to bring to a server. @throws `network.*` */
  createPort(context: RequestContext, port: PortInput): Promise<PortId>
  /** Absent is fine. @throws `network.in_use` while a server has it */
  deletePort(context: RequestContext, port: PortId): Promise<void>
}

export function networkStore(deps: NetworkDeps): NetworkStore {
  const { records } = deps
  return {
    createNetwork: (context, network) => records.write((tx) => createNetwork(tx, deps, context, network)),
    networks: (context) =>
      records.read(async (tx) => Promise.all((await networksOf(tx, context.project)).map((row) => describe(tx, row)))),
    deleteNetwork: (context, network) => records.write((tx) => deleteNetwork(tx, context, network)),
    createPort: (context, port) => records.write((tx) => createPort(tx, deps, context, port)),
    deletePort: (context, port) => records.write((tx) => deletePort(tx, context, port)),
    validate: (context, requests, servers) => records.read((tx) => checkRequests(tx, context, requests, servers)),
    allocate: (owner, requests, host) => records.write((tx) => allocate(tx, deps, owner, requests, host)),
    bind: (server, host, epoch) =>
      records.write(async (tx) => {
        await serve(tx, server, epoch)
        for (const port of await portsOf(tx, server)) await bindTo(tx, port, host, epoch)
        return nicsOf(tx, server)
      }),
    activate: (server, host, epoch) =>
      records.write(async (tx) => {
        await serve(tx, server, epoch)
        await activateOn(tx, await portsOf(tx, server), host, epoch)
      }),
    unbind: (server, host, epoch) =>
      records.write(async (tx) => {
        for (const port of await portsOf(tx, server)) await unbindUpTo(tx, port, epoch, host)
      }),
    release: (server, upToEpoch) =>
      records.write(async (tx) => {
        await closeUpTo(tx, server, upToEpoch)
        await releaseUpTo(tx, server, upToEpoch)
      }),
    serverAt: (network, address) => records.read((tx) => serverAt(tx, network, address)),
    list: (server) => records.read((tx) => nicsOf(tx, server)),
    attach: (server, request, place) => records.write((tx) => attach(tx, deps, { server, ...place }, request)),
    giveUp: (server, key) => records.write((tx) => giveUp(tx, server, key)),
    detach: (server, port) => records.write((tx) => detach(tx, server, port)),
  }
}

async function allocate(
  tx: GlobalTx,
  deps: NetworkDeps,
  { server, project, epoch }: NetworkOwner,
  requests: Requests,
  host: HostName,
): Promise<readonly Nic[]> {
  await serve(tx, server, epoch)
  const there = await portsOf(tx, server)
  // What a server has it keeps: `auto` may mean another network by now.
  if (there.length === 0) {
    const wanted = await wantedPorts(tx, project, requests)
    for (const [position, request] of wanted.entries()) {
      await giveTo(tx, deps, { server, project, position, attachKey: null }, request)
    }
  }
  const ports = await portsOf(tx, server)
  for (const port of ports) await unbindUpTo(tx, port, epoch)
  await activateOn(tx, ports, host, epoch)
  return nicsOf(tx, server)
}

async function serverAt(tx: GlobalTx, network: NetworkId, text: string): Promise<ServerId | null> {
  const address = canonicalIp(text)
  if (address === null) return null
  const row = await tables(tx)
    .selectFrom('address')
    .innerJoin('port', 'port.id', 'address.port')
    .select('port.server')
    .where('address.network', '=', network)
    .where('address.address', '=', address)
    .executeTakeFirst()
  return (row?.server as ServerId | null | undefined) ?? null
}

interface Attaching extends AttachPlace {
  readonly server: ServerId
}

async function attach(
  tx: GlobalTx,
  deps: NetworkDeps,
  { server, host, epoch, key }: Attaching,
  request: NetworkRequest,
): Promise<Nic> {
  await serve(tx, server, epoch)
  if (await isClosed(tx, server, key)) throw networkErrors.in_use({ what: 'the request was given up meanwhile.' })
  const ports = await portsOf(tx, server)
  const known = ports.find((port) => port.attach_key === key)
  if (known !== undefined) return nicOf(tx, server, known)
  const position = 1 + Math.max(-1, ...ports.map((port) => port.position ?? 0))
  const project = ports[0]?.project ?? (await projectOf(tx, request))
  const [wanted = request] = await wantedPorts(
    tx,
    project,
    request.network === undefined && request.port === undefined ? 'auto' : [request],
  )
  const port = await giveTo(tx, deps, { server, project, position, attachKey: key }, { ...request, ...wanted })
  await activateOn(tx, [port], host, epoch)
  return nicOf(tx, server, port)
}

/** Of a server that has no port yet; whether it may have this one was asked when the request was accepted. */
async function projectOf(tx: GlobalTx, { network, port }: NetworkRequest): Promise<string> {
  const brought = await tables(tx)
    .selectFrom('port')
    .select('project')
    .where('id', '=', port ?? '')
    .executeTakeFirst()
  const named = await tables(tx)
    .selectFrom('network')
    .select('owner')
    .where('id', '=', network ?? '')
    .executeTakeFirst()
  const project = brought?.project ?? named?.owner
  if (project === undefined) throw networkErrors.not_found({ network: network ?? port ?? 'without a name' })
  return project
}

async function giveUp(tx: GlobalTx, server: ServerId, key: string): Promise<void> {
  await closeKey(tx, server, key)
  const found = (await portsOf(tx, server)).find((one) => one.attach_key === key)
  if (found !== undefined) await takeFrom(tx, found)
}

async function detach(tx: GlobalTx, server: ServerId, port: PortId): Promise<void> {
  const found = (await portsOf(tx, server)).find((one) => one.id === port)
  if (found !== undefined) await takeFrom(tx, found)
}

async function createNetwork(
  tx: GlobalTx,
  { ids }: NetworkDeps,
  context: RequestContext,
  input: NetworkInput,
): Promise<StoredNetwork> {
  const { name, subnets, shared, nat, mtu } = parseNetwork(input)
  if (shared && !context.roles.includes('admin'))
    throw networkErrors.invalid({ what: 'only an admin shares networks.' })
  const network = {
    id: ids.uuid(),
    name,
    owner: context.project,
    shared: Number(shared),
    nat: Number(nat),
    mtu,
    created_at: await tx.now(),
  }
  await tables(tx).insertInto('network').values(network).execute()
  for (const [position, { cidr, gateway, mode, dns, routes, pool }] of subnets.entries()) {
    const texts = { cidr: formatCidr(cidr), dns: JSON.stringify(dns), routes: JSON.stringify(routes) }
    const range = { pool_first: String(pool.first), pool_last: String(pool.last), next: String(pool.first) }
    await tables(tx)
      .insertInto('subnet')
      .values({ id: ids.uuid(), network: network.id, position, gateway, mode, ...texts, ...range })
      .execute()
  }
  return describe(tx, network)
}

async function describe(tx: GlobalTx, row: { id: string; name: string; shared: number }): Promise<StoredNetwork> {
  const subnets = await tables(tx)
    .selectFrom('subnet')
    .select(['cidr', 'gateway'])
    .where('network', '=', row.id)
    .orderBy('position')
    .execute()
  return { id: id(row.id), name: row.name, shared: row.shared === 1, subnets }
}

async function deleteNetwork(tx: GlobalTx, context: RequestContext, network: NetworkId): Promise<void> {
  const row = (await networksOf(tx, context.project)).find((one) => one.id === network)
  if (row === undefined) return
  if (row.owner !== context.project && !context.roles.includes('admin')) throw networkErrors.not_found({ network })
  const port = await tables(tx).selectFrom('port').select('id').where('network', '=', network).executeTakeFirst()
  if (port !== undefined) throw networkErrors.in_use({ what: 'the network has ports.' })
  await tables(tx).deleteFrom('subnet').where('network', '=', network).execute()
  await tables(tx).deleteFrom('network').where('id', '=', network).execute()
}

async function createPort(
  tx: GlobalTx,
  deps: NetworkDeps,
  { project }: RequestContext,
  input: PortInput,
): Promise<PortId> {
  const { network, fixedIp = null, mac = null } = parsePort(input)
  await networkFor(tx, project, network)
  const nobodys = { server: null, position: null, attach_key: null, tag: null }
  const row = await addPort(tx, deps, { network, project, made: 0, mac, fixedIp, ...nobodys })
  return id(row.id)
}

async function deletePort(tx: GlobalTx, { project }: RequestContext, port: PortId): Promise<void> {
  const row = await tables(tx).selectFrom('port').selectAll().where('id', '=', port).executeTakeFirst()
  if (row === undefined || row.project !== project) return
  if (row.server !== null) throw networkErrors.in_use({ what: 'the port belongs to a server.' })
  await removePort(tx, port)
}
