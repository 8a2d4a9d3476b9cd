import type { CellId, ProjectId, ServerId } from '../../domain/ids.ts'
import type { GlobalTables } from './tables.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { Kysely } from 'kysely'
import { id } from '../../domain/ids.ts'
import { insert, statement } from '../index.ts'

export interface InstanceMapping {
  readonly server: ServerId
  /** Null until the server stands in a cell. */
  readonly cell: CellId | null
  readonly project: ProjectId
  /** What it held in the global store is given back. Where it stands in a cell, its row there says when it is deleted. */
  readonly released: boolean
}

export async function addMappings(tx: GlobalTx, project: ProjectId, servers: readonly ServerId[]): Promise<void> {
  const created_at = await tx.now()
  const rows = servers.map((server) => ({ server, cell: null, project, deleted: 0, created_at }))
  await insert(tx, 'instance_mapping', rows)
}

/** Null for a server that never was, or was deleted before it stood in a cell. */
export async function mappingOf(tx: GlobalTx, server: ServerId): Promise<InstanceMapping | null> {
  const [row] = (await address(tx, { server })).rows
  if (row === undefined || (row.deleted === 1 && row.cell === null)) return null
  const cell = row.cell === null ? null : id<CellId>(row.cell)
  return { server, cell, project: id<ProjectId>(row.project), released: row.deleted === 1 }
}

const address = statement((db: Kysely<GlobalTables>, v: { server: string }) =>
  db.selectFrom('instance_mapping').select(['cell', 'project', 'deleted']).where('server', '=', v.server),
)

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
  const { changed } = await (from === null ? mapFirst(tx, { server, to }) : remap(tx, { server, from, to }))
  return changed === 1
}

const mapFirst = statement((db: Kysely<GlobalTables>, v: { server: string; to: string | null }) =>
  db
    .updateTable('instance_mapping')
    .set({ cell: v.to })
    .where('server', '=', v.server)
    .where('deleted', '=', 0)
    .where('cell', 'is', null),
)
const remap = statement((db: Kysely<GlobalTables>, v: { server: string; from: string; to: string | null }) =>
  db
    .updateTable('instance_mapping')
    .set({ cell: v.to })
    .where('server', '=', v.server)
    .where('deleted', '=', 0)
    .where('cell', '=', v.from),
)

export async function markMappingDeleted(tx: GlobalTx, server: ServerId): Promise<void> {
  await tx.db<GlobalTables>().updateTable('instance_mapping').set({ deleted: 1 }).where('server', '=', server).execute()
}
