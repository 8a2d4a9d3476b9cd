import type { CellId, ProjectId, ServerId } from '../../domain/ids.ts'
import type { GlobalTables } from './tables.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import { id } from '../../domain/ids.ts'

export interface InstanceMapping {
  readonly server: ServerId
  /** Null until the server stands in a cell. */
  readonly cell: CellId | null
  readonly project: ProjectId
}

export async function addMappings(tx: GlobalTx, project: ProjectId, servers: readonly ServerId[]): Promise<void> {
  const created_at = await tx.now()
  const rows = servers.map((server) => ({ server, cell: null, project, deleted: 0, created_at }))
  await tx.db<GlobalTables>().insertInto('instance_mapping').values(rows).execute()
}

/** Null for a server that never was, or is deleted. */
export async function mappingOf(tx: GlobalTx, server: ServerId): Promise<InstanceMapping | null> {
  const row = await tx
    .db<GlobalTables>()
    .selectFrom('instance_mapping')
    .select(['cell', 'project'])
    .where('server', '=', server)
    .where('deleted', '=', 0)
    .executeTakeFirst()
  if (row === undefined) return null
  return { server, cell: row.cell === null ? null : id<CellId>(row.cell), project: id<ProjectId>(row.project) }
}

/** Whose servers these are. Those that never were, or are deleted, are not in it. */
export async function projectsOf(
  tx: GlobalTx,
  servers: readonly ServerId[],
): Promise<ReadonlyMap<ServerId, ProjectId>> {
  const rows = await tx
    .db<GlobalTables>()
    .selectFrom('instance_mapping')
    .select(['server', 'project'])
    .where('server', 'in', servers)
    .where('deleted', '=', 0)
    .execute()
  return new Map(rows.map(({ server, project }) => [id<ServerId>(server), id<ProjectId>(project)]))
}

/** Moves a server's address from one cell (or none) to another. @returns false where it was not there */
export async function moveMapping(
  tx: GlobalTx,
  server: ServerId,
  from: CellId | null,
  to: CellId | null,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .db<GlobalTables>()
    .updateTable('instance_mapping')
    .set({ cell: to })
    .where('server', '=', server)
    .where('deleted', '=', 0)
    .where('cell', from === null ? 'is' : '=', from)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export async function markMappingDeleted(tx: GlobalTx, server: ServerId): Promise<void> {
  await tx.db<GlobalTables>().updateTable('instance_mapping').set({ deleted: 1 }).where('server', '=', server).execute()
}
