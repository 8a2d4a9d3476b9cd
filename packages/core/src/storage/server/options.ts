import { z } from 'zod'
import { storageErrors } from '../../domain/storage/errors.ts'
import type { StoreName } from '../../domain/storage/store-name.ts'
import { millis, seconds, type Millis } from '../../domain/unit/units.ts'
import { PREFIX, PREFIX_RULE } from '../store-prefix.ts'

/** How a database server is reached and used. `url`, or the same in `client`, must be there. */
export interface ServerOptions {
  /** `postgres://user:password@host:port/database`, `mysql://…`; or one for each store. */
  readonly url?: string | ((store: StoreName) => string)
  /** What the client package takes beside the URL or instead of it: `ssl`, `host`, `user`, `password`, `database` … */
  readonly client?: Readonly<Record<string, unknown>>
  /** Before the names of all tables, in front of the prefix of their store. Default: nothing. */
  readonly prefix?: string
  /** At most so many connections to each database, for all its stores together. Default 10. */
  readonly connections?: number
  /** No statement takes longer, waiting for locks included. Migrations take the time they need. Default 30 s. */
  readonly statementTimeout?: Millis
  /** Neither does a connection, or the wait for one to become free. Default 10 s. */
  readonly connectTimeout?: Millis
}

/** One database of a server. */
export interface Place {
  readonly url: string | null
  readonly client: Readonly<Record<string, unknown>>
  /** Host, port and database; no secret is in it. */
  readonly label: string
}

export interface ServerSettings {
  readonly prefix: string
  readonly connections: number
  readonly statementTimeout: Millis
  readonly connectTimeout: Millis
  place(store: StoreName): Place
}

const span = z.number().min(1).max(86_400_000)

const shape = z
  .strictObject({
    url: z
      .union([z.string(), z.custom<(store: StoreName) => string>((value) => typeof value === 'function')])
      .optional(),
    client: z.record(z.string(), z.unknown()).optional(),
    prefix: z.string().regex(PREFIX, PREFIX_RULE).or(z.literal('')).default(''),
    connections: z.int().min(1).max(10_000).default(10),
    statementTimeout: span.default(seconds(30)),
    connectTimeout: span.default(seconds(10)),
  })
  .refine((given) => given.url !== undefined || given.client !== undefined, { error: 'must have url or client' })

/** @throws `storage.cannot_open` when the options make no sense; it repeats no URL, which may hold a password */
export function serverSettings(factory: string, protocols: readonly string[], options: ServerOptions): ServerSettings {
  const parsed = shape.safeParse(options)
  if (!parsed.success) {
    const why = `${factory}() was given options that make no sense: ${z.prettifyError(parsed.error)}`
    throw storageErrors.cannot_open({ where: factory, why })
  }
  const { url, client = {}, prefix, connections, statementTimeout, connectTimeout } = parsed.data
  const at = (given: unknown): Place => placeOf(factory, protocols, given, client)
  const fixed = typeof url === 'function' ? null : at(url)
  return {
    prefix,
    connections,
    statementTimeout: millis(statementTimeout),
    connectTimeout: millis(connectTimeout),
    place: (store) => fixed ?? at((url as (store: StoreName) => string)(store)),
  }
}

function placeOf(
  factory: string,
  protocols: readonly string[],
  url: unknown,
  client: Readonly<Record<string, unknown>>,
): Place {
  if (url === undefined)
    return { url: null, client, label: labelOf(client['host'], client['port'], client['database']) }
  const parsed = typeof url === 'string' ? URL.parse(url) : null
  if (typeof url === 'string' && parsed !== null && protocols.includes(parsed.protocol)) {
    return { url, client, label: labelOf(parsed.hostname, parsed.port, parsed.pathname.slice(1)) }
  }
  const why = `its URL must look like ${protocols[0]}//user:password@host:port/database.`
  throw storageErrors.cannot_open({ where: factory, why })
}

function labelOf(host: unknown, port: unknown, database: unknown): string {
  const word = (part: unknown): string => (typeof part === 'string' || typeof part === 'number' ? String(part) : '')
  return `${word(host)}${word(port) === '' ? '' : `:${word(port)}`}/${word(database)}`
}
