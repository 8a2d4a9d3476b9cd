import type { ApiDeps } from '../../deps.ts'
import type { HostName, ServerId } from '../../../domain/ids.ts'
import type { CellTx } from '../../../ports/storage.ts'
import type { InstanceRow } from '../../../storage/cell/tables.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import { beginEvacuation } from '../../../lifecycle/index.ts'
import { hostErrors } from '../../../domain/host/errors.ts'
import { hostRow, isUp } from '../../../storage/cell/hosts.ts'
import { id } from '../../../domain/ids.ts'
import { isBeingDeleted } from '../../../domain/server/moves.ts'
import { inCell } from './in-cell.ts'
import { serverErrors } from '../../../domain/server/errors.ts'
import { wrongState } from './guard.ts'

/**
 * Makes a server anew on another host, because its own is dead: that is the caller's word, and the host must not have
 * been heard of lately. What was on local disks is lost; the server lands stopped.
 * @throws `server.host_is_up`, `host.not_found` for the host that is asked for
 */
export async function evacuateServer(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  requestedHost: HostName | null,
): Promise<void> {
  await inCell(deps, context, server, 'evacuate', async (tx, row, cell) => {
    if (isBeingDeleted(row.task_state)) throw wrongState(server, 'evacuate', row)
    await mustBeDown(tx, deps, row)
    if (requestedHost !== null && (requestedHost === row.host || (await hostRow(tx, requestedHost)) === null)) {
      throw hostErrors.not_found({ host: requestedHost })
    }
    const evacuation = { requestedHost, landsAs: 'stopped', within: deps.actWithin } as const
    const operation = await beginEvacuation(tx, deps, context, row, evacuation)
    if (operation === null) return null
    tx.afterCommit(() => deps.wake(cell, operation))
    return operation
  })
}

/** A guest that still runs somewhere must not be made a second time. */
async function mustBeDown(tx: CellTx, { downAfter }: ApiDeps, { id: server, host }: InstanceRow): Promise<void> {
  if (host === null) return
  const row = await hostRow(tx, id<HostName>(host))
  if (row !== null && isUp(row, await tx.now(), downAfter)) throw serverErrors.host_is_up({ server, host })
}
