import type { MysqlPool, MysqlPoolConnection } from 'kysely'
import type { Pool, PoolConnection, PoolOptions } from 'mysql2'
import { bound } from '../server/bound.ts'
import { loadClient } from '../server/load-client.ts'
import type { Place, ServerSettings } from '../server/options.ts'
import { LIFT, RESTORE, sessionOf } from './session.ts'

/** Beyond the server's own limit: then it is not there to keep it. */
const GRACE = 2000

/** @throws `storage.cannot_open` when `mysql2` is not installed */
export async function mysqlPool(place: Place, settings: ServerSettings): Promise<MysqlPool> {
  const { default: mysql2 } = await loadClient('mysql2', `mysql ${place.label}`, () => import('mysql2'))
  const pool = mysql2.createPool({
    ...place.client,
    ...(place.url === null ? {} : { uri: place.url.replace(/^mariadb:/, 'mysql:') }),
    ...fixed,
    connectionLimit: settings.connections,
    connectTimeout: settings.connectTimeout,
  })
  const limit = settings.statementTimeout + GRACE
  const ready = new WeakSet<PoolConnection>()
  return {
    end: (done) => pool.end(done),
    getConnection: (done) => {
      const failed = (error: unknown): void => done(error, undefined as never)
      take(pool, settings, ready).then((connection) => done(null, guarded(connection, limit)), failed)
    },
  }
}

/**
 * What our statements rely on. With FOUND_ROWS an UPDATE counts the rows that it found, as it does elsewhere, and not
 * those that it made different; without LOCAL_FILES a server cannot ask for files of this machine.
 */
const fixed: PoolOptions = {
  charset: 'utf8mb4',
  timezone: 'Z',
  flags: ['FOUND_ROWS', '-LOCAL_FILES'],
  multipleStatements: false,
  supportBigNumbers: true,
  bigNumberStrings: false,
  enableKeepAlive: true,
  waitForConnections: true,
}

async function take(pool: Pool, settings: ServerSettings, ready: WeakSet<PoolConnection>): Promise<PoolConnection> {
  const connection = await new Promise<PoolConnection>((resolve, reject) => {
    pool.getConnection((error, taken) => (error === null ? resolve(taken) : reject(error)))
  })
  if (ready.has(connection)) return connection
  // A connection that breaks is noticed by whoever uses it next. Without a listener it would end the process.
  connection.on('error', () => undefined)
  try {
    for (const statement of sessionOf(settings)) await send(connection, statement, settings.connectTimeout)
  } catch (error) {
    connection.destroy()
    throw error
  }
  ready.add(connection)
  return connection
}

function send(connection: PoolConnection, sql: string, timeout: number): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.query({ sql, timeout }, (error) => (error === null ? resolve() : reject(error)))
  })
}

type Answer = (error: unknown, result: never) => void

/** A connection that has been silent for too long is given up: nobody knows what it would answer next. */
function guarded(connection: PoolConnection, limit: number): MysqlPoolConnection {
  let patient = false
  const query = (sql: string, parameters: readonly unknown[], done: Answer): void => {
    if (sql === LIFT) patient = true
    if (sql === RESTORE) patient = false
    const values = parameters.map(bound)
    connection.query({ sql, values, ...(patient ? {} : { timeout: limit }) }, (error, result) => {
      if (error?.code === 'PROTOCOL_SEQUENCE_TIMEOUT') connection.destroy()
      done(error, result as never)
    })
  }
  return {
    query: query as never,
    release: () => connection.release(),
    destroy: () => connection.destroy(),
    connect: (done) => done?.(null),
    config: connection.config,
    threadId: connection.threadId ?? 0,
  }
}
