import type { CellTx } from '../ports/storage.ts'
import type { Ids } from '../ports/ids.ts'
import type { InstanceRow } from '../storage/cell/tables.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { OpenResize } from '../storage/cell/open-resizes.ts'
import type { OperationId } from '../domain/ids.ts'
import type { RequestContext } from '../domain/context/request-context.ts'
import type { ResizeEndRequest } from './resize-request.ts'
import { begin } from './begin.ts'
import { changeMigration } from '../storage/cell/migrations-of.ts'
import { CONFIRM_RESIZE, REVERT_RESIZE } from './resize-request.ts'

const ends = {
  confirmResize: { kind: CONFIRM_RESIZE, event: 'instance.resize_confirm.start', status: 'confirming' },
  revertResize: { kind: REVERT_RESIZE, event: 'instance.resize_revert.start', status: 'reverting' },
} as const

export type ResizeEnd = keyof typeof ends

/**
 * Begins to confirm or to revert a resize, as {@link begin}.
 * @param open the server's, which waits for it
 */
export async function beginResizeEnd(
  tx: CellTx,
  deps: { readonly ids: Ids },
  who: Pick<RequestContext, 'requestId' | 'user'>,
  row: InstanceRow,
  { id: migration, server }: OpenResize,
  action: ResizeEnd,
  within: Millis,
): Promise<OperationId | null> {
  const { kind, event, status } = ends[action]
  const { epoch } = row
  const request = (sequence: number): ResizeEndRequest => ({ server, migration, epoch, sequence })
  const operation = await begin(tx, deps, who, row, { action, kind, record: action, event, request, within })
  if (operation !== null) await changeMigration(tx, migration, { status })
  return operation
}
