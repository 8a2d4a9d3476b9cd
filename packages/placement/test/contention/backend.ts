import { Kysely, MysqlDialect, PostgresDialect } from 'kysely'
import mysql2 from 'mysql2'
import pg from 'pg'
import { mysql, ownKysely, postgres, sqlite, type StorageDriver } from '@novakit/core'

/** Where a ledger is. `own`: through a Kysely as a host app brings it, whose sessions are as the server makes them. */
export type Backend =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres' | 'mysql'; readonly url: string; readonly own: boolean }

/** Of one process: two together have one for each writer. */
const CONNECTIONS = 16
const PREFIX = 'novakit_'

/** A driver, and what its owner must close after it. */
export function openBackend(backend: Backend): { readonly driver: StorageDriver; close(): Promise<void> } {
  const nothing = async (): Promise<void> => undefined
  if (backend.kind === 'sqlite') return { driver: sqlite({ file: backend.file }), close: nothing }
  const { kind, url, own } = backend
  if (own) {
    const kysely = new Kysely<any>({ dialect: kind === 'postgres' ? hostPostgres(url) : hostMysql(url) })
    return { driver: ownKysely({ kysely, dialect: kind, prefix: PREFIX }), close: () => kysely.destroy() }
  }
  const driver = (kind === 'postgres' ? postgres : mysql)({ url, prefix: PREFIX, connections: CONNECTIONS })
  return { driver, close: nothing }
}

function hostPostgres(url: string): PostgresDialect {
  return new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: CONNECTIONS }) })
}

function hostMysql(url: string): MysqlDialect {
  return new MysqlDialect({ pool: mysql2.createPool({ uri: url, connectionLimit: CONNECTIONS }) as never })
}
