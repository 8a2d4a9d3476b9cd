import type { CellTx } from '../ports/storage.ts'
import type { EvacuationRequest } from './evacuation-request.ts'
import type { HostName, MigrationId, NodeName, OperationId, ServerId } from '../domain/ids.ts'
import type { Ids } from '../ports/ids.ts'
import type { InstanceRow } from '../storage/cell/tables.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { RequestContext } from '../domain/context/request-context.ts'
import { addMigration } from '../storage/cell/migrations-of.ts'
import { begin } from './begin.ts'
import { EVACUATE } from './evacuation-request.ts'
import { id } from '../domain/ids.ts'

/** How a server is to be made anew. */
export interface NewEvacuation {
  /** Null: the scheduler chooses. */
  readonly requestedHost: HostName | null
  readonly landsAs: EvacuationRequest['landsAs']
  /** Of the operation, where the same is to begin once only; otherwise a fresh one. */
  readonly operation?: OperationId
  readonly within: Millis
}

/** Begins an evacuation with the record of its migration, as {@link begin}. Whether the host is dead was asked before. */
export async function beginEvacuation(
  tx: CellTx,
  deps: { readonly ids: Ids },
  who: Pick<RequestContext, 'requestId' | 'user'>,
  row: InstanceRow,
  { requestedHost, landsAs, within, operation }: NewEvacuation,
): Promise<OperationId | null> {
  const server = id<ServerId>(row.id)
  const migration = id<MigrationId>(deps.ids.uuid())
  const { host, node, vm_state: from, epoch } = row
  const source = host === null ? null : { host: id<HostName>(host), node: id<NodeName>(node ?? host) }
  const begun = await begin(tx, deps, who, row, {
    action: 'evacuate',
    kind: EVACUATE,
    record: 'evacuate',
    event: 'instance.evacuate.start',
    within,
    request: (sequence): EvacuationRequest => {
      return { server, migration, from, epoch, sequence, source, requestedHost, landsAs }
    },
    ...(operation === undefined ? {} : { operation }),
  })
  if (begun === null) return null
  const nowhere = { host: null, node: null }
  await addMigration(tx, {
    id: migration,
    server,
    type: 'evacuation',
    status: 'accepted',
    source: source ?? nowhere,
    destination: nowhere,
  })
  return begun
}
