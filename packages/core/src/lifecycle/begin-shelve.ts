import type { CellTx } from '../ports/storage.ts'
import type { Ids } from '../ports/ids.ts'
import type { ImageId, OperationId, ProjectId, ServerId } from '../domain/ids.ts'
import type { InstanceRow } from '../storage/cell/tables.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { OffloadRequest, UnshelveRequest } from './shelve-request.ts'
import type { RequestContext } from '../domain/context/request-context.ts'
import { begin } from './begin.ts'
import { id } from '../domain/ids.ts'
import { OFFLOAD, UNSHELVE, UNSHELVE_IN_PLACE } from './shelve-request.ts'

type Who = Pick<RequestContext, 'requestId' | 'user'>

export interface NewOffload {
  /** Null: it belongs to what was asked for before, as when a server is offloaded as soon as it is shelved. */
  readonly record: 'shelveOffload' | null
  readonly within: Millis
}

/** Begins to take a shelved server from its host, as {@link begin}. */
export function beginOffload(
  tx: CellTx,
  deps: { readonly ids: Ids },
  who: Who,
  row: InstanceRow,
  { record, within }: NewOffload,
): Promise<OperationId | null> {
  const server = id<ServerId>(row.id)
  const { epoch } = row
  return begin(tx, deps, who, row, {
    action: 'shelveOffload',
    kind: OFFLOAD,
    record,
    event: 'instance.shelve_offload.start',
    request: (sequence): OffloadRequest => ({ server, action: 'shelveOffload', epoch, sequence }),
    within,
  })
}

export interface NewUnshelving extends Pick<UnshelveRequest, 'host' | 'zone'> {
  readonly within: Millis
}

/** Begins to make a shelved server run again, as {@link begin}. */
export function beginUnshelve(
  tx: CellTx,
  deps: { readonly ids: Ids },
  who: Who,
  row: InstanceRow,
  { host, zone, within }: NewUnshelving,
): Promise<OperationId | null> {
  const [server, project] = [id<ServerId>(row.id), id<ProjectId>(row.project)]
  const image = row.shelved_image === null ? null : id<ImageId>(row.shelved_image)
  const { vm_state: from, epoch } = row
  return begin(tx, deps, who, row, {
    action: 'unshelve',
    kind: row.host === null ? UNSHELVE : UNSHELVE_IN_PLACE,
    record: 'unshelve',
    event: 'instance.unshelve.start',
    request: (sequence): UnshelveRequest => {
      return { server, action: 'unshelve', from, epoch, sequence, project, user: who.user, image, host, zone }
    },
    within,
  })
}
