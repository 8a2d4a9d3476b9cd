import type { CellTx } from '../ports/storage.ts'
import type { Ids } from '../ports/ids.ts'
import type { InstanceRow } from '../storage/cell/tables.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { OperationId, ProjectId, ServerId } from '../domain/ids.ts'
import type { RequestContext } from '../domain/context/request-context.ts'
import type { SnapshotAction, SnapshotRequest } from './snapshot-request.ts'
import { begin } from './begin.ts'
import { id } from '../domain/ids.ts'
import { snapshotKind } from './snapshot-request.ts'

export interface NewSnapshotAction
  extends Pick<SnapshotRequest, 'snapshot'>, Partial<Pick<SnapshotRequest, 'rotation' | 'graceful'>> {
  readonly action: SnapshotAction
  /** Given up after that long. */
  readonly within: Millis
}

/** Begins to make an image of a server, as {@link begin}. */
export function beginSnapshot(
  tx: CellTx,
  deps: { readonly ids: Ids },
  who: Pick<RequestContext, 'requestId' | 'user'>,
  row: InstanceRow,
  { action, snapshot, rotation = null, graceful = null, within }: NewSnapshotAction,
): Promise<OperationId | null> {
  const [server, project] = [id<ServerId>(row.id), id<ProjectId>(row.project)]
  const { vm_state: from, epoch } = row
  return begin(tx, deps, who, row, {
    action,
    kind: snapshotKind(action),
    record: action,
    ...(action === 'shelve'
      ? { event: 'instance.shelve.start' as const }
      : { event: 'instance.snapshot.start' as const, tells: { image: snapshot.image } }),
    request: (sequence): SnapshotRequest => {
      return { server, action, from, epoch, sequence, project, user: who.user, snapshot, rotation, graceful }
    },
    within,
  })
}
