import type { ApiDeps } from '../../deps.ts'
import type { AttachInterfaceRequest, Beginning, DetachInterfaceRequest } from '../../../lifecycle/index.ts'
import type { NetworkRequest } from '../../../domain/network/network.ts'
import type { PortId, ServerId } from '../../../domain/ids.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import { ATTACH_INTERFACE, begin, DETACH_INTERFACE } from '../../../lifecycle/index.ts'
import { inCell } from '../actions/in-cell.ts'
import { serverErrors } from '../../../domain/server/errors.ts'

/** Accepts that a server gets one more port. @throws as {@link inCell}; `server.no_host` */
export function attachInterface(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  wanted: NetworkRequest,
): Promise<void> {
  return accept(deps, context, server, 'attachInterface', (epoch) => ({
    kind: ATTACH_INTERFACE,
    record: 'attach_interface',
    event: 'instance.interface_attach.start',
    request: (sequence): AttachInterfaceRequest => ({ server, epoch, sequence, wanted }),
  }))
}

/** Accepts that a port is taken from a server. @throws as {@link inCell}; `server.no_host` */
export function detachInterface(deps: ApiDeps, context: RequestContext, server: ServerId, port: PortId): Promise<void> {
  return accept(deps, context, server, 'detachInterface', (epoch) => ({
    kind: DETACH_INTERFACE,
    record: 'detach_interface',
    event: 'instance.interface_detach.start',
    request: (sequence): DetachInterfaceRequest => ({ server, epoch, sequence, port }),
  }))
}

async function accept(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  action: 'attachInterface' | 'detachInterface',
  of: (epoch: number) => Pick<Beginning, 'kind' | 'record' | 'event' | 'request'>,
): Promise<void> {
  await inCell(deps, context, server, action, async (tx, row, cell) => {
    if (row.host === null) throw serverErrors.no_host({ server })
    const beginning: Beginning = { ...of(row.epoch), action, orders: 2, within: deps.actWithin }
    const operation = await begin(tx, deps, context, row, beginning)
    if (operation !== null) tx.afterCommit(() => deps.wake(cell, operation))
    return operation
  })
}
