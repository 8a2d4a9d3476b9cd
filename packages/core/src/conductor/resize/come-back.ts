import type { AtCell } from '../deps.ts'
import type { HostName, NodeName, OperationId, ServerId } from '../../domain/ids.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { Instant } from '../../domain/unit/units.ts'
import type { Parked } from '../../saga/index.ts'
import type { ResizeReturnPayload } from '../../rpc/orders/resize.ts'
import { arrivesAt, returnsAt } from './standing.ts'
import { askOf } from './command.ts'
import { hostIsDown } from '../host-is-down.ts'
import { later } from '../../domain/unit/units.ts'
import { devicesOf, spawnPayloadOf } from '../act/spawn-payload-of.ts'

export interface ComingBack {
  readonly operation: OperationId
  readonly server: ServerId
  readonly sequence: number
  /** Where it was left, and at which epoch. */
  readonly source: { readonly host: HostName; readonly node: NodeName }
  readonly epoch: number
  /** It may have arrived on the very host that it left. */
  readonly stayed: boolean
  readonly runs: boolean
  readonly now: Instant
}

/**
 * Asks the host that was left to have the guest as it was. One that is down has its disks: it is waited for.
 * @param row of the server, which is that host's again, in its old size
 */
export async function comeBack(
  { deps, cell }: AtCell,
  row: InstanceRow,
  { operation, server, sequence, source, epoch, stayed, runs, now }: ComingBack,
): Promise<Parked<'cell'>> {
  const { networks, timing } = deps
  if (await hostIsDown({ deps, cell }, source.host)) return { kind: 'parked', until: later(now, timing.lookEvery) }
  const back = returnsAt(epoch)
  await networks.bind(server, source.host, back)
  await networks.activate(server, source.host, back)
  const guest = spawnPayloadOf(row, await devicesOf({ deps, cell }, server))
  const payload: ResizeReturnPayload = { guest, arrived: stayed ? arrivesAt(epoch) : null, powerOn: runs }
  const ask = { operation, server, sequence, side: source, epoch: back, order: 'resize-return' } as const
  return { kind: 'parked', until: later(now, timing.commandEvery), command: askOf({ ...ask, payload }) }
}
