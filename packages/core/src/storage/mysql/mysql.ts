import type { StorageDriver } from '../../ports/storage.ts'
import { serverSettings, type ServerOptions } from '../server/options.ts'
import { serverDriver } from '../server/server-driver.ts'
import { mysqlDialect } from './kysely-dialect.ts'

const PROTOCOLS = ['mysql:', 'mariadb:']

/** ER_DBACCESS_DENIED_ERROR, ER_ACCESS_DENIED_ERROR, ER_BAD_DB_ERROR, ER_ACCESS_DENIED_NO_PASSWORD_ERROR */
const MISTAKES: ReadonlySet<unknown> = new Set([1044, 1045, 1049, 1698])

/**
 * Databases of a MariaDB (10.6 or newer) or MySQL (8.0.17 or newer) server, through the package `mysql2`, which is loaded
 * when the first store is opened.
 * @throws `storage.cannot_open` when the options make no sense
 */
export function mysql(options: ServerOptions): StorageDriver {
  return serverDriver(
    {
      dialect: 'mysql',
      connect: mysqlDialect,
      isOurMistake: (error) => MISTAKES.has((error as { errno?: unknown } | null)?.errno),
    },
    serverSettings('mysql', PROTOCOLS, options),
  )
}
