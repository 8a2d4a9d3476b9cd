import type { CellTx } from '../../ports/storage.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { Operation } from '../../domain/operation/operation.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import type { RequestId } from '../../domain/ids.ts'
import type { Step } from '../../saga/index.ts'
import type { PlugRequest, VolumeRequest } from '../../lifecycle/index.ts'
import { EVACUATE } from '../../lifecycle/index.ts'
import { id } from '../../domain/ids.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { liveOperations } from '../../saga/index.ts'

export type VolumeStep = Step<'cell', VolumeRequest>

/** As whom the volume service is asked. */
export function contextOf({ traceId }: Operation, { caller }: VolumeRequest): RequestContext {
  return { ...caller, requestId: id<RequestId>(traceId) }
}

/** The server, and whether its guest is about to go: null where it has gone already. */
export async function guestStanding(
  tx: CellTx,
  { server, epoch }: Pick<PlugRequest, 'server' | 'epoch'>,
): Promise<{ readonly row: InstanceRow; readonly leaves: 'deleted' | 'evacuated' | null } | null> {
  const row = await instanceRow(tx, server)
  if (row === null || row.deleted_at !== null || row.epoch !== epoch || row.host === null) return null
  const evacuated = (await liveOperations(tx, server)).some(({ kind }) => kind === EVACUATE)
  if (row.task_state === 'deleting') return { row, leaves: 'deleted' }
  return { row, leaves: evacuated ? 'evacuated' : null }
}
