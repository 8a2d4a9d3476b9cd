import { MysqlAdapter, MysqlDialect, sql, type Dialect, type DialectAdapter } from 'kysely'
import type { Place, ServerSettings } from '../server/options.ts'
import { mysqlPool } from './pool.ts'
import { LIFT, RESTORE } from './session.ts'

/** Kysely over a pool of connections that are set up as novakit needs them. */
export async function mysqlDialect(place: Place, settings: ServerSettings): Promise<Dialect> {
  const stock = new MysqlDialect({ pool: await mysqlPool(place, settings) })
  return {
    createDriver: () => stock.createDriver(),
    createQueryCompiler: () => stock.createQueryCompiler(),
    createIntrospector: (db) => stock.createIntrospector(db),
    createAdapter: () => adapter,
  }
}

const stock = new MysqlAdapter()

/** While it migrates, and while it waits for somebody else who does, a connection has all the time in the world. */
const adapter: DialectAdapter = {
  supportsCreateIfNotExists: true,
  supportsMultipleConnections: true,
  supportsTransactionalDdl: false,
  supportsReturning: false,
  acquireMigrationLock: async (db, options) => {
    await sql.raw(LIFT).execute(db)
    await stock.acquireMigrationLock(db, options)
  },
  releaseMigrationLock: async (db, options) => {
    await stock.releaseMigrationLock(db, options)
    await sql.raw(RESTORE).execute(db)
  },
}
