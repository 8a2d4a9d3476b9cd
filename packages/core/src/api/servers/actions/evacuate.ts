import type { ApiDeps } from '../../deps.ts'
import type { EvacuationRequest } from '../../../lifecycle/index.ts'
import type { HostName, MigrationId, NodeName, ServerId } from '../../../domain/ids.ts'
import type { CellTx } from '../../../ports/storage.ts'
import type { InstanceRow } from '../../../storage/cell/tables.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import { addMigration } from '../../../storage/cell/migrations-of.ts'
import { begin, EVACUATE } from '../../../lifecycle/index.ts'
import { hostErrors } from '../../../domain/host/errors.ts'
import { hostRow, isUp } from '../../../storage/cell/hosts.ts'
import { id } from '../../../domain/ids.ts'
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
    if (row.task_state === 'deleting' || row.task_state === 'soft-deleting') throw wrongState(server, 'evacuate', row)
    await mustBeDown(tx, deps, row)
    if (requestedHost !== null && (requestedHost === row.host || (await hostRow(tx, requestedHost)) === null)) {
      throw hostErrors.not_found({ host: requestedHost })
    }
    const migration = id<MigrationId>(deps.ids.uuid())
    const operation = await begin(tx, deps, context, row, {
      action: 'evacuate',
      kind: EVACUATE,
      record: 'evacuate',
      event: 'instance.evacuate.start',
      within: deps.actWithin,
      request: (sequence): EvacuationRequest => {
        const { vm_state: from, epoch } = row
        return { server, migration, from, epoch, sequence, source: sourceOf(row), requestedHost }
      },
    })
    if (operation === null) return null
    const source = sourceOf(row) ?? { host: null, node: null }
    const destination = { host: null, node: null }
    await addMigration(tx, { id: migration, server, type: 'evacuation', status: 'accepted', source, destination })
    tx.afterCommit(() => deps.wake(cell, operation))
    return operation
  })
}

function sourceOf({ host, node }: InstanceRow): EvacuationRequest['source'] {
  return host === null ? null : { host: id<HostName>(host), node: id<NodeName>(node ?? host) }
}

/** A guest that still runs somewhere must not be made a second time. */
async function mustBeDown(tx: CellTx, { downAfter }: ApiDeps, { id: server, host }: InstanceRow): Promise<void> {
  if (host === null) return
  const row = await hostRow(tx, id<HostName>(host))
  if (row !== null && isUp(row, await tx.now(), downAfter)) throw serverErrors.host_is_up({ server, host })
}
