import { networkErrors, type GlobalTx, type HostName, type NetworkRequest, type ServerId } from '@novakit/core'
import { takeAddresses } from './addresses.ts'
import { portsOf } from './nics.ts'
import { tables } from '../records/records.ts'
import type { NetworkDeps } from './deps.ts'
import type { PortRow } from './tables.ts'

/** Where a port is to stand among a server's. */
export interface Place {
  readonly server: ServerId
  readonly project: string
  readonly position: number
  readonly attachKey: string | null
}

/** A port of its own, or the one that is brought. @throws `network.*` */
export async function giveTo(tx: GlobalTx, deps: NetworkDeps, place: Place, request: NetworkRequest): Promise<PortRow> {
  const { server, position, attachKey } = place
  if (request.port === undefined) {
    const { network = '', fixedIp = null, tag = null } = request
    const at = { server, position, attach_key: attachKey, tag }
    return addPort(tx, deps, { network, project: place.project, made: 1, mac: null, fixedIp, ...at })
  }
  const port = await tables(tx).selectFrom('port').selectAll().where('id', '=', request.port).executeTakeFirst()
  if (port === undefined || port.project !== place.project) throw networkErrors.port_not_found({ port: request.port })
  if (port.server !== null && port.server !== server)
    throw networkErrors.in_use({ what: 'the port belongs to another server.' })
  const values = { server, position, attach_key: attachKey, tag: request.tag ?? null }
  await tables(tx).updateTable('port').set(values).where('id', '=', port.id).execute()
  return { ...port, ...values }
}

export interface NewPort extends Pick<
  PortRow,
  'network' | 'project' | 'made' | 'server' | 'position' | 'attach_key' | 'tag'
> {
  readonly mac: string | null
  readonly fixedIp: string | null
}

export async function addPort(tx: GlobalTx, deps: NetworkDeps, port: NewPort): Promise<PortRow> {
  const { mac, fixedIp, ...given } = port
  const row: PortRow = { ...given, id: deps.ids.uuid(), mac: await freeMac(tx, deps, given.network, mac), epoch: 0 }
  await tables(tx).insertInto('port').values(row).execute()
  await takeAddresses(tx, row, fixedIp)
  return row
}

/** The range that OpenStack uses for guests. */
const GUESTS = 'fa:16:3e'

async function freeMac(tx: GlobalTx, { random }: NetworkDeps, network: string, wanted: string | null): Promise<string> {
  for (;;) {
    const drawn = [...random.bytes(3)].map((byte) => byte.toString(16).padStart(2, '0'))
    const mac = wanted ?? [GUESTS, ...drawn].join(':')
    const taken = await tables(tx)
      .selectFrom('port')
      .select('id')
      .where('network', '=', network)
      .where('mac', '=', mac)
      .executeTakeFirst()
    if (taken === undefined) return mac
    if (wanted !== null) throw networkErrors.in_use({ what: 'the hardware address belongs to another port.' })
  }
}

/** Traffic of these ports goes to one host from now on. What else they are bound to stays, and gets none. */
export async function activateOn(
  tx: GlobalTx,
  ports: readonly PortRow[],
  host: HostName,
  epoch: number,
): Promise<void> {
  for (const port of ports) {
    await tables(tx).updateTable('port_binding').set({ active: 0 }).where('port', '=', port.id).execute()
    await bindTo(tx, port, host, epoch)
    await tables(tx)
      .updateTable('port_binding')
      .set({ active: 1 })
      .where('port', '=', port.id)
      .where('host', '=', host)
      .execute()
    await tables(tx).updateTable('port').set({ epoch }).where('id', '=', port.id).execute()
  }
}

export async function bindTo(tx: GlobalTx, port: PortRow, host: HostName, epoch: number): Promise<void> {
  await tables(tx)
    .insertInto('port_binding')
    .values({ port: port.id, host, epoch, active: 0 })
    .onConflict((conflict) => conflict.columns(['port', 'host']).doUpdateSet({ epoch }))
    .execute()
}

/** Bindings at that epoch or a lower one, to one host or to all. */
export async function unbindUpTo(
  tx: GlobalTx,
  port: PortRow,
  epoch: number,
  host: HostName | null = null,
): Promise<void> {
  const old = tables(tx).deleteFrom('port_binding').where('port', '=', port.id).where('epoch', '<=', epoch)
  await (host === null ? old : old.where('host', '=', host)).execute()
}

/** Ports whose traffic or preparation is for a higher epoch are another attempt's. */
export async function releaseUpTo(tx: GlobalTx, server: ServerId, epoch: number): Promise<void> {
  for (const port of await portsOf(tx, server)) {
    await unbindUpTo(tx, port, epoch)
    const later = await tables(tx)
      .selectFrom('port_binding')
      .select('host')
      .where('port', '=', port.id)
      .executeTakeFirst()
    if (port.epoch <= epoch && later === undefined) await takeFrom(tx, port)
  }
}

/** What was made goes; what was brought stays with its owner. */
export async function takeFrom(tx: GlobalTx, port: PortRow): Promise<void> {
  if (port.made === 1) return removePort(tx, port.id)
  await tables(tx).deleteFrom('port_binding').where('port', '=', port.id).execute()
  const nobody = { server: null, position: null, attach_key: null, tag: null, epoch: 0 }
  await tables(tx).updateTable('port').set(nobody).where('id', '=', port.id).execute()
}

export async function removePort(tx: GlobalTx, port: string): Promise<void> {
  await tables(tx).deleteFrom('address').where('port', '=', port).execute()
  await tables(tx).deleteFrom('port_binding').where('port', '=', port).execute()
  await tables(tx).deleteFrom('port').where('id', '=', port).execute()
}
