import type { CellTables, MigrationRow } from './tables.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { HostName, MigrationId, NodeName, ServerId } from '../../domain/ids.ts'
import type { MigrationStatus, MigrationType, ServerMigration } from '../../domain/migration/migration.ts'
import type { ResizeFacts } from './open-resizes.ts'
import { id } from '../../domain/ids.ts'
import { insertIgnore } from '../index.ts'
import { instant } from '../../domain/unit/units.ts'

export interface NewMigration {
  readonly id: MigrationId
  readonly server: ServerId
  readonly type: MigrationType
  readonly status: MigrationStatus
  readonly source: Side
  readonly destination: Side
  /** Of one that moves with its disks. */
  readonly resize?: ResizeFacts
}

export interface Side {
  readonly host: HostName | null
  readonly node: NodeName | null
}

/** A server begins to move. */
export async function addMigration(tx: CellTx, migration: NewMigration): Promise<void> {
  const now = await tx.now()
  const { source, destination, resize, ...rest } = migration
  const details = JSON.stringify({ source, destination, ...(resize === undefined ? {} : { resize }) })
  await insertIgnore(tx, 'instance_migration', [{ ...rest, details, created_at: now, updated_at: now }])
}

/** How far it has come, and where it goes once that is known. */
export async function changeMigration(
  tx: CellTx,
  migration: MigrationId,
  change: { readonly status: MigrationStatus; readonly destination?: Side },
): Promise<void> {
  const db = tx.db<CellTables>()
  const row = await db.selectFrom('instance_migration').selectAll().where('id', '=', migration).executeTakeFirst()
  if (row === undefined) return
  const { status, destination } = change
  const details = JSON.stringify({ ...detailsOf(row), ...(destination === undefined ? {} : { destination }) })
  await db
    .updateTable('instance_migration')
    .set({ status, details, updated_at: await tx.now() })
    .where('id', '=', migration)
    .execute()
}

/** Newest first; or only this one. */
export async function migrationsOf(
  tx: CellTx,
  server: ServerId,
  only?: MigrationId,
): Promise<readonly ServerMigration[]> {
  const all = tx.db<CellTables>().selectFrom('instance_migration').selectAll().where('server', '=', server)
  const rows = await (only === undefined ? all : all.where('id', '=', only))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
  return rows.map(toMigration)
}

interface Details {
  readonly source: Side
  readonly destination: Side
}

const detailsOf = (row: MigrationRow): Details => JSON.parse(row.details) as Details

function toMigration(row: MigrationRow): ServerMigration {
  const { source, destination } = detailsOf(row)
  return {
    id: id(row.id),
    server: id(row.server),
    type: row.type as MigrationType,
    status: row.status as MigrationStatus,
    sourceHost: source.host,
    sourceNode: source.node,
    destHost: destination.host,
    destNode: destination.node,
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
  }
}
