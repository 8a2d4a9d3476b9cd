import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type { PoolClient, PoolConfig } from 'pg'
import { bound } from '../server/bound.ts'
import { loadClient } from '../server/load-client.ts'
import type { Place, ServerSettings } from '../server/options.ts'

/** Takes the limit of statements away from a connection, and gives it back. */
export const LIFT =
  "select set_config('novakit.limit', current_setting('statement_timeout'), false), set_config('statement_timeout', '0', false)"
export const RESTORE = "select set_config('statement_timeout', current_setting('novakit.limit'), false)"

/** Beyond the server's own limit: then it is not there to keep it. */
const GRACE = 2000
const BIGINT = 20

/** @throws `storage.cannot_open` when `pg` is not installed */
export async function pgPool(place: Place, settings: ServerSettings): Promise<PostgresPool> {
  const { default: pg } = await loadClient('pg', `postgres ${place.label}`, () => import('pg'))
  const config: PoolConfig & { verify: typeof verify } = {
    application_name: 'novakit',
    ...place.client,
    ...(place.url === null ? {} : { connectionString: place.url }),
    max: settings.connections,
    connectionTimeoutMillis: settings.connectTimeout,
    keepAlive: true,
    types: { getTypeParser: (type, format) => parserFor(type) ?? (pg.types.getTypeParser(type, format) as never) },
    verify,
  }
  function verify(client: PoolClient, done: (error?: Error) => void): void {
    client.query(sessionOf(settings)).then(() => done(), done)
  }
  const pool = new pg.Pool(config)
  // A connection that breaks is noticed by whoever uses it next. Without listeners it would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return {
    connect: async () => guarded(await pool.connect(), settings.statementTimeout + GRACE),
    end: () => pool.end(),
    options: pool.options,
  }
}

/** Whole numbers come as numbers, as they do from every other database, for as long as numbers can say them. */
function parserFor(type: number): ((text: string) => number | string) | null {
  if (type !== BIGINT) return null
  return (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text)
}

/**
 * What the server, the database or the role has for defaults does not count. A transaction of ours is never idle for
 * long: one that is, has lost its process, and must not keep its locks.
 */
function sessionOf({ statementTimeout }: ServerSettings): string {
  const settings = {
    default_transaction_isolation: 'read committed',
    statement_timeout: statementTimeout,
    idle_in_transaction_session_timeout: statementTimeout + GRACE,
  }
  const calls = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', false)`)
  return `select ${calls.join(', ')}`
}

/** A connection that has been silent for too long is given up: nobody knows what it would answer next. */
function guarded(client: PoolClient, limit: number): PostgresPoolClient {
  let patient = false
  let lost: Error | null = null
  const query = async (text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<any>> => {
    if (lost !== null) throw lost
    if (text === LIFT) patient = true
    if (text === RESTORE) patient = false
    const values = parameters.map(bound)
    try {
      return (await client.query({ text, values, ...(patient ? {} : { query_timeout: limit }) })) as never
    } catch (error) {
      if (error instanceof Error && error.message === 'Query read timeout') lost = error
      throw error
    }
  }
  return {
    query: query as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy === true || lost !== null),
  }
}
