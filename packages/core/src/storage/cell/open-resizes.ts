import type { CellTables, MigrationRow } from './tables.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { Flavor } from '../../domain/flavor/flavor.ts'
import type { HostName, MigrationId, NodeName, ServerId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/unit/units.ts'
import type { MigrationStatus } from '../../domain/migration/migration.ts'
import type { VmState } from '../../domain/server/states.ts'
import { id } from '../../domain/ids.ts'
import { instant } from '../../domain/unit/units.ts'
import { openResizeStatuses } from '../../domain/migration/migration.ts'

/** What a resize or a cold migration must know to go back. */
export interface ResizeFacts {
  /** The guest's epoch where it was left; where it arrives it is one higher, and back again two. */
  readonly epoch: number
  /** Where the server rested before. */
  readonly from: VmState
  readonly flavors: { readonly before: Flavor; readonly after: Flavor }
}

/** A resize or cold migration that is neither confirmed nor come to nothing: both its hosts have something of the server. */
export interface OpenResize extends ResizeFacts {
  readonly id: MigrationId
  readonly server: ServerId
  readonly status: MigrationStatus
  readonly source: { readonly host: HostName; readonly node: NodeName }
  /** Null until it is chosen. */
  readonly destination: { readonly host: HostName; readonly node: NodeName } | null
  readonly updatedAt: Instant
}

const IDS_PER_QUERY = 500

/** A server has at most one. */
export async function openResizeOf(tx: CellTx, server: ServerId): Promise<OpenResize | null> {
  return (await openResizesOf(tx, [server])).get(server) ?? null
}

export async function openResizesOf(
  tx: CellTx,
  servers: readonly ServerId[],
): Promise<ReadonlyMap<ServerId, OpenResize>> {
  const found = new Map<ServerId, OpenResize>()
  for (let start = 0; start < servers.length; start += IDS_PER_QUERY) {
    const rows = await open(tx)
      .where('server', 'in', servers.slice(start, start + IDS_PER_QUERY))
      .execute()
    for (const row of rows) found.set(id<ServerId>(row.server), toOpenResize(row))
  }
  return found
}

/** Those that wait for somebody to confirm them since before `before`, at most `limit`. */
export async function unconfirmedResizes(tx: CellTx, before: Instant, limit: number): Promise<readonly OpenResize[]> {
  const rows = await open(tx)
    .where('status', '=', 'finished')
    .where('updated_at', '<=', before)
    .orderBy('updated_at')
    .limit(limit)
    .execute()
  return rows.map(toOpenResize)
}

const open = (tx: CellTx) =>
  tx
    .db<CellTables>()
    .selectFrom('instance_migration')
    .selectAll()
    .where('type', 'in', ['resize', 'migration'])
    .where('status', 'in', [...openResizeStatuses])

function toOpenResize(row: MigrationRow): OpenResize {
  const { source, destination, resize } = JSON.parse(row.details) as {
    readonly source: OpenResize['source']
    readonly destination: { readonly host: HostName | null; readonly node: NodeName | null }
    readonly resize: ResizeFacts
  }
  const { host, node } = destination
  return {
    ...resize,
    id: id(row.id),
    server: id(row.server),
    status: row.status as MigrationStatus,
    source,
    destination: host === null ? null : { host, node: node ?? id<NodeName>(host) },
    updatedAt: instant(row.updated_at),
  }
}
