import { PostgresAdapter, PostgresDialect, sql, type Dialect, type DialectAdapter } from 'kysely'
import type { Place, ServerSettings } from '../server/options.ts'
import { LIFT, pgPool, RESTORE } from './pool.ts'

/** Kysely over a pool of connections that are set up as novakit needs them. */
export async function postgresDialect(place: Place, settings: ServerSettings): Promise<Dialect> {
  const stock = new PostgresDialect({ pool: await pgPool(place, settings) })
  return {
    createDriver: () => stock.createDriver(),
    createQueryCompiler: () => stock.createQueryCompiler(),
    createIntrospector: (db) => stock.createIntrospector(db),
    createAdapter: () => adapter,
  }
}

const stock = new PostgresAdapter()

/** While it migrates, and while it waits for somebody else who does, a connection has all the time in the world. */
const adapter: DialectAdapter = {
  supportsCreateIfNotExists: true,
  supportsMultipleConnections: true,
  supportsTransactionalDdl: true,
  supportsReturning: true,
  acquireMigrationLock: async (db, options) => {
    await sql.raw(LIFT).execute(db)
    await stock.acquireMigrationLock(db, options)
  },
  releaseMigrationLock: async (db, options) => {
    await stock.releaseMigrationLock(db, options)
    await sql.raw(RESTORE).execute(db)
  },
}
