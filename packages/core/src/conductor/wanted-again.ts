import type { BuildRequest } from '../storage/global/build-requests.ts'
import type { HostName, NodeName, OperationId } from '../domain/ids.ts'
import type { InstanceRow } from '../storage/cell/tables.ts'
import type { ServerBlueprint } from '../domain/server/blueprint.ts'
import { id } from '../domain/ids.ts'
import { instant } from '../domain/unit/units.ts'

/** A server that is there, as the scheduler is asked about it once more: as it is now, and at a place if one is named. */
export function wantedAgain(
  row: InstanceRow,
  operation: OperationId,
  host: HostName | null,
  node: NodeName | null = null,
): BuildRequest {
  const blueprint = JSON.parse(row.blueprint) as ServerBlueprint
  return {
    server: id(row.id),
    operation,
    blueprint: { ...blueprint, requestedHost: host, requestedNode: node },
    deleting: false,
    attempt: row.epoch,
    choice: null,
    alternates: [],
    failures: [],
    createdAt: instant(row.created_at),
  }
}
