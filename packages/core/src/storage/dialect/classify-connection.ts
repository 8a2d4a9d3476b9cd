import type { StorageFailure } from '../../ports/storage.ts'

/** How node, pg, postgres.js and mysql2 say that there is no connection, or none any more. */
const LOST: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
])
const LOST_IN_WORDS = /connection terminated|terminated unexpectedly|not queryable|read timeout|closed state/i

/** How pools say that all their connections were in use for as long as they wait for one. */
const BUSY_IN_WORDS = /timeout exceeded when trying to connect|queue limit reached/i

/** How pools and Kysely say that their owner has closed them. */
const CLOSED_IN_WORDS = /driver has already been destroyed|after calling end on the pool|pool is closed|not open/i

/** What went wrong between us and a database, from its client's error; null when the database itself spoke. */
export function classifyConnection(error: unknown): StorageFailure | null {
  if (typeof error !== 'object' || error === null) return null
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (code === 'CONNECTION_ENDED') return 'closed'
  if (typeof code === 'string' && LOST.has(code)) return 'unreachable'
  if (typeof message !== 'string') return null
  if (CLOSED_IN_WORDS.test(message)) return 'closed'
  if (BUSY_IN_WORDS.test(message)) return 'retry'
  return LOST_IN_WORDS.test(message) ? 'unreachable' : null
}
