import type { CellId } from '../../domain/ids.ts'
import type { CellTables } from '../../storage/cell/tables.ts'
import type { CloudInside, LedgerRows, SeenGuest } from './cloud-inside.ts'
import type { GlobalTables } from '../../storage/global/tables.ts'
import type { Kysely, Selectable } from 'kysely'
import type { ProviderRecord } from '../../domain/placement/provider.ts'
import type { SpineTables } from '../../saga/tables.ts'
import type { StoreName } from '../../domain/storage/store-name.ts'

type Row<Tables, Name extends keyof Tables> = Selectable<Tables[Name]>
type InStore<T> = T & { readonly store: StoreName }
type InCell<T> = T & { readonly cell: CellId }

/** All that a cloud holds at one moment, as rows: what invariants are functions of. */
export interface CloudPicture {
  readonly operations: readonly InStore<Row<SpineTables, 'operation'>>[]
  readonly crossings: readonly InStore<Row<SpineTables, 'crossing'>>[]
  readonly outbox: readonly InStore<Row<SpineTables, 'outbox'>>[]
  readonly instances: readonly InCell<Row<CellTables, 'instance'>>[]
  readonly actions: readonly InCell<Row<CellTables, 'instance_action'>>[]
  readonly faults: readonly InCell<Row<CellTables, 'instance_fault'>>[]
  readonly tombstones: readonly InCell<Row<CellTables, 'tombstone'>>[]
  readonly migrations: readonly InCell<Row<CellTables, 'instance_migration'>>[]
  readonly mappings: readonly Row<GlobalTables, 'instance_mapping'>[]
  readonly buildRequests: readonly Row<GlobalTables, 'build_request'>[]
  readonly requestSpecs: readonly Row<GlobalTables, 'request_spec'>[]
  readonly groups: readonly Row<GlobalTables, 'server_group'>[]
  readonly members: readonly Row<GlobalTables, 'server_group_member'>[]
  readonly aggregates: readonly Row<GlobalTables, 'aggregate'>[]
  readonly aggregateHosts: readonly Row<GlobalTables, 'aggregate_host'>[]
  readonly usage: readonly Row<GlobalTables, 'quota_usage'>[]
  readonly charges: readonly Row<GlobalTables, 'quota_charge'>[]
  readonly nodes: readonly Row<GlobalTables, 'host_node'>[]
  readonly providers: readonly ProviderRecord[]
  readonly ledger: LedgerRows
  readonly guests: readonly SeenGuest[]
  readonly ports: ReturnType<CloudInside['ports']>
  readonly plugged: ReturnType<CloudInside['plugged']>
  readonly images: ReturnType<CloudInside['images']>
  readonly volumeAttachments: readonly InCell<Row<CellTables, 'volume_attachment'>>[]
  readonly volumes: ReturnType<CloudInside['volumes']>
  readonly heldVolumes: ReturnType<CloudInside['heldVolumes']>
  readonly violations: readonly unknown[]
  readonly events: ReturnType<CloudInside['events']>
}

export async function cloudPicture(inside: CloudInside): Promise<CloudPicture> {
  const { global, cells, ledger } = inside
  const spine = [
    await global.read((tx) => spineRows(tx.db<SpineTables>(), 'global')),
    ...(await Promise.all(cells.map(({ id, store }) => store.read((tx) => spineRows(tx.db<SpineTables>(), id))))),
  ]
  const cellRows = await Promise.all(
    cells.map(({ id, store }) => store.read((tx) => rowsOfCell(tx.db<CellTables>(), id))),
  )
  return {
    operations: spine.flatMap((rows) => rows.operations),
    crossings: spine.flatMap((rows) => rows.crossings),
    outbox: spine.flatMap((rows) => rows.outbox),
    instances: cellRows.flatMap((rows) => rows.instances),
    actions: cellRows.flatMap((rows) => rows.actions),
    faults: cellRows.flatMap((rows) => rows.faults),
    tombstones: cellRows.flatMap((rows) => rows.tombstones),
    migrations: cellRows.flatMap((rows) => rows.migrations),
    ...(await global.read((tx) => globalRows(tx.db<GlobalTables>()))),
    providers: await global.read((tx) => ledger.providers(tx)),
    ledger: await inside.ledgerRows(),
    guests: inside.guests(),
    ports: inside.ports(),
    plugged: inside.plugged(),
    images: inside.images(),
    volumeAttachments: cellRows.flatMap((rows) => rows.volumeAttachments),
    volumes: inside.volumes(),
    heldVolumes: inside.heldVolumes(),
    violations: inside.violations(),
    events: inside.events(),
  }
}

async function spineRows(db: Kysely<SpineTables>, store: StoreName) {
  const here = <T>(rows: readonly T[]): InStore<T>[] => rows.map((row) => ({ ...row, store }))
  return {
    operations: here(await db.selectFrom('operation').selectAll().orderBy('id').execute()),
    crossings: here(await db.selectFrom('crossing').selectAll().execute()),
    outbox: here(await db.selectFrom('outbox').selectAll().execute()),
  }
}

async function rowsOfCell(db: Kysely<CellTables>, cell: CellId) {
  const here = <T>(rows: readonly T[]): InCell<T>[] => rows.map((row) => ({ ...row, cell }))
  return {
    instances: here(await db.selectFrom('instance').selectAll().orderBy('id').execute()),
    actions: here(await db.selectFrom('instance_action').selectAll().execute()),
    faults: here(await db.selectFrom('instance_fault').selectAll().execute()),
    migrations: here(await db.selectFrom('instance_migration').selectAll().execute()),
    tombstones: here(await db.selectFrom('tombstone').selectAll().execute()),
    volumeAttachments: here(await db.selectFrom('volume_attachment').selectAll().execute()),
  }
}

async function globalRows(db: Kysely<GlobalTables>) {
  return {
    mappings: await db.selectFrom('instance_mapping').selectAll().orderBy('server').execute(),
    buildRequests: await db.selectFrom('build_request').selectAll().orderBy('server').execute(),
    requestSpecs: await db.selectFrom('request_spec').selectAll().orderBy('server').execute(),
    groups: await db.selectFrom('server_group').selectAll().execute(),
    members: await db.selectFrom('server_group_member').selectAll().execute(),
    aggregates: await db.selectFrom('aggregate').selectAll().execute(),
    aggregateHosts: await db.selectFrom('aggregate_host').selectAll().execute(),
    usage: await db.selectFrom('quota_usage').selectAll().execute(),
    charges: await db.selectFrom('quota_charge').selectAll().execute(),
    nodes: await db.selectFrom('host_node').selectAll().execute(),
  }
}
