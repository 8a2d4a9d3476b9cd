import type { ApiDeps } from '../../deps.ts'
import type { CellTx } from '../../../ports/storage.ts'
import type { CellId, OperationId, ServerId, VolumeId } from '../../../domain/ids.ts'
import type { InstanceRow } from '../../../storage/cell/tables.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import type { VolumeRequest } from '../../../lifecycle/index.ts'
import { ATTACH_VOLUME, begin, DETACH_VOLUME } from '../../../lifecycle/index.ts'
import { serverErrors } from '../../../domain/server/errors.ts'

const actions = {
  attachVolume: { kind: ATTACH_VOLUME, record: 'attach_volume', event: 'instance.volume_attach.start' },
  detachVolume: { kind: DETACH_VOLUME, record: 'detach_volume', event: 'instance.volume_detach.start' },
} as const

/** The server and the volume, and where the server stands. */
interface Pair {
  readonly server: ServerId
  readonly volume: VolumeId
  readonly row: InstanceRow
  readonly cell: CellId
}

/**
 * Begins to bring a volume to a server, or to take it away, in the transaction that has written that down.
 * @throws `server.changed_meanwhile` where the server changed since its row was read: what was written is not stored then
 */
export async function beginVolumeAction(
  tx: CellTx,
  deps: ApiDeps,
  context: RequestContext,
  action: keyof typeof actions,
  { server, volume, row, cell }: Pair,
): Promise<OperationId> {
  const { project, user, roles } = context
  const { epoch } = row
  const operation = await begin(tx, deps, context, row, {
    ...actions[action],
    action,
    orders: 2,
    within: deps.actWithin,
    request: (sequence): VolumeRequest => ({ server, volume, epoch, sequence, caller: { project, user, roles } }),
  })
  if (operation === null) throw serverErrors.changed_meanwhile({ server })
  tx.afterCommit(() => deps.wake(cell, operation))
  return operation
}
