import { isAbortedTransactionError } from 'kysely'
import type { StorageFailure } from '../../ports/storage.ts'
import { classifyConnection } from './classify-connection.ts'

/** SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html */
const byState: Readonly<Record<string, StorageFailure>> = {
  '08007': 'unknown_commit', // transaction_resolution_unknown
  '23502': 'fatal', // not_null_violation: our mistake, and nobody's conflict
  '25006': 'read_only', // read_only_sql_transaction
  '25P03': 'unreachable', // idle_in_transaction_session_timeout ends the session
  '40001': 'retry', // serialization_failure
  '40003': 'unknown_commit', // statement_completion_unknown
  '40P01': 'retry', // deadlock_detected
  '53100': 'full', // disk_full
  '53200': 'unreachable', // out_of_memory
  '53300': 'unreachable', // too_many_connections
  '55P03': 'retry', // lock_not_available
  '57014': 'unreachable', // query_canceled, as by statement_timeout
  '57P01': 'unreachable', // admin_shutdown
  '57P02': 'unreachable', // crash_shutdown
  '57P03': 'unreachable', // cannot_connect_now
  '57P05': 'unreachable', // idle_session_timeout
  XX001: 'corrupt', // data_corrupted
  XX002: 'corrupt', // index_corrupted
}

/** Connection exceptions, wrong logins, and integrity constraints. */
const byClass: Readonly<Record<string, StorageFailure>> = {
  '08': 'unreachable',
  '23': 'conflict',
  '28': 'unreachable',
  '3D': 'unreachable',
}

export function classifyPostgres(error: unknown): StorageFailure {
  // A statement had failed, and `work` went on as if it had not: COMMIT then stores nothing.
  if (isAbortedTransactionError(error)) return 'conflict'
  const connection = classifyConnection(error)
  const { code } = (error ?? {}) as { code?: unknown }
  if (connection !== null || typeof code !== 'string') return connection ?? 'fatal'
  return byState[code] ?? byClass[code.slice(0, 2)] ?? 'fatal'
}
