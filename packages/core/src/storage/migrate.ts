import { sql, type Kysely } from 'kysely'
import { Migrator, type Migration, type MigrationResultSet } from 'kysely/migration'
import { storageErrors } from '../domain/storage/errors.ts'
import type { MigrationSet, OpenStore } from '../ports/storage.ts'
import { rememberDialect } from './dialect/columns.ts'
import { storageError } from './failure.ts'
import { resumable } from './mysql/resumable.ts'

type Migrations = Readonly<Record<string, Migration>>

/** The migrations of one kind of store, of all packages together. @throws Error when two have the same name */
export function migrationsFor(kind: MigrationSet['store'], sets: readonly MigrationSet[]): Migrations {
  const all = sets.filter((set) => set.store === kind).flatMap((set) => Object.entries(set.migrations))
  const names = all.map(([name]) => name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw new Error(`Two packages bring a migration ${twice} for the ${kind} store.`)
  return Object.fromEntries(all) as unknown as Migrations
}

/**
 * Brings a store to the newest schema, or finds that it is there. Two processes may do it at once: one migrates, the
 * other then finds nothing to do.
 * @throws `storage.schema_newer`, `storage.schema_older`, `storage.migration_failed`, `storage.busy`
 */
export async function migrate(store: OpenStore, where: string, migrations: Migrations): Promise<void> {
  const missing = await missingFrom(store, where, migrations)
  if (missing.length === 0) return
  if (store.migrate === 'never') throw storageErrors.schema_older({ where, missing: missing.length })
  const { error, results = [] } = await run(store, migrations)
  if (error === undefined) return
  // Another process with a newer version may have migrated in between.
  await missingFrom(store, where, migrations)
  const failed = results.find((result) => result.status === 'Error')?.migrationName ?? missing[0] ?? ''
  throw migrationError(store, where, failed, error)
}

async function missingFrom(store: OpenStore, where: string, migrations: Migrations): Promise<readonly string[]> {
  const done = await executed(store)
  const unknown = done.findLast((name) => !Object.hasOwn(migrations, name))
  if (unknown !== undefined) throw storageErrors.schema_newer({ where, migration: unknown })
  return Object.keys(migrations)
    .filter((name) => !done.includes(name))
    .toSorted()
}

/** In order of their names; none where there is no table of them yet. */
async function executed(store: OpenStore): Promise<readonly string[]> {
  const db = store.kysely.withoutPlugins() as Kysely<Record<string, { name: string }>>
  const table = migrationTable(store)
  try {
    const rows = await db.selectFrom(table).select('name').orderBy('name').execute()
    return rows.map((row) => row.name)
  } catch (error) {
    const failure = store.classify(error)
    if (failure === 'fatal') return []
    throw storageError(failure, error)
  }
}

function migrationTable(store: OpenStore): string {
  return `${store.prefix}migration`
}

async function run(store: OpenStore, migrations: Migrations): Promise<MigrationResultSet> {
  const db = store.kysely.withoutPlugins()
  const { adapter } = db.getExecutor()
  return store.dialect.singleWriter && adapter.supportsTransactionalDdl === false
    ? inOneTransaction(db, (connection) => migrator(store, connection, migrations).migrateToLatest())
    : migrator(store, db, migrations).migrateToLatest()
}

/** Kysely takes SQLite for unable to roll tables back, and its migration lock for unneeded there. It is neither. */
function inOneTransaction(
  db: Kysely<any>,
  work: (db: Kysely<any>) => Promise<MigrationResultSet>,
): Promise<MigrationResultSet> {
  return db.connection().execute(async (connection) => {
    await sql`begin immediate`.execute(connection)
    const result = await work(connection)
    await sql`${sql.raw(result.error === undefined ? 'commit' : 'rollback')}`.execute(connection)
    return result
  })
}

/** Packages number their migrations on their own, so a new one may sort before one that is done. */
function migrator(store: OpenStore, db: Kysely<any>, migrations: Migrations): Migrator {
  const { plugins } = store.kysely.getExecutor()
  const dressed = (bare: Kysely<any>): Kysely<any> => {
    const prefixed = plugins.reduce((dressing, plugin) => dressing.withPlugin(plugin), bare)
    return rememberDialect(store.dialect.name === 'mysql' ? resumable(prefixed) : prefixed, store.dialect)
  }
  const wrapped = Object.entries(migrations).map(([name, { up }]) => [
    name,
    { up: (bare: Kysely<any>) => up(dressed(bare)) },
  ])
  return new Migrator({
    db,
    provider: { getMigrations: async () => Object.fromEntries(wrapped) },
    migrationTableName: migrationTable(store),
    migrationLockTableName: `${migrationTable(store)}_lock`,
    allowUnorderedMigrations: true,
  })
}

function migrationError(store: OpenStore, where: string, migration: string, error: unknown): Error {
  const failure = store.classify(error)
  if (failure !== 'fatal' && failure !== 'conflict') return storageError(failure, error)
  const why = error instanceof Error ? error.message : String(error)
  return storageErrors.migration_failed({ where, migration, why }, { cause: error })
}
