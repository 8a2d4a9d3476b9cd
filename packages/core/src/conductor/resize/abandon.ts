import type { AtCell } from '../deps.ts'
import type { DestroyPayload } from '../../rpc/orders/destroy.ts'
import type { HostName, NodeName, OperationId, ServerId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/unit/units.ts'
import type { Parked } from '../../saga/index.ts'
import { arrivesAt } from './standing.ts'
import { askOf } from './command.ts'
import { hostIsDown } from '../host-is-down.ts'
import { later } from '../../domain/unit/units.ts'

export interface Abandoning {
  readonly operation: OperationId
  readonly server: ServerId
  readonly sequence: number
  /** Where it has arrived, or was to. */
  readonly destination: { readonly host: HostName; readonly node: NodeName }
  readonly epoch: number
  readonly now: Instant
}

/**
 * Asks the host to which it went to remove it there. One that is down is waited for: the guest may run there, and must
 * not be started a second time.
 */
export async function abandon(
  at: AtCell,
  { operation, server, sequence, destination, epoch, now }: Abandoning,
): Promise<Parked<'cell'>> {
  const { networks, timing } = at.deps
  if (await hostIsDown(at, destination.host)) return { kind: 'parked', until: later(now, timing.lookEvery) }
  const payload: DestroyPayload = { nics: await networks.list(server) }
  const ask = { operation, server, sequence, side: destination, order: 'resize-abandon' } as const
  const command = askOf({ ...ask, epoch: arrivesAt(epoch), payload })
  return { kind: 'parked', until: later(now, timing.commandEvery), command }
}
