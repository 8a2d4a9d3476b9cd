import type { StorageDriver } from '../../ports/storage.ts'
import { serverSettings, type ServerOptions } from '../server/options.ts'
import { serverDriver } from '../server/server-driver.ts'
import { postgresDialect } from './kysely-dialect.ts'

const PROTOCOLS = ['postgres:', 'postgresql:']

/** invalid_authorization_specification, invalid_password, invalid_catalog_name, insufficient_privilege */
const MISTAKES: ReadonlySet<unknown> = new Set(['28000', '28P01', '3D000', '42501'])

/**
 * Databases of a PostgreSQL server, through the package `pg`, which is loaded when the first store is opened. A pooler
 * between us and the server must keep sessions: their settings are ours.
 * @throws `storage.cannot_open` when the options make no sense
 */
export function postgres(options: ServerOptions): StorageDriver {
  return serverDriver(
    {
      dialect: 'postgres',
      connect: postgresDialect,
      isOurMistake: (error) => MISTAKES.has((error as { code?: unknown } | null)?.code),
    },
    serverSettings('postgres', PROTOCOLS, options),
  )
}
