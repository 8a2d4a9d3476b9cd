import type { StorageFailure } from '../../ports/storage.ts'
import { classifyConnection } from './classify-connection.ts'
import { BatchLost, CommitFailed } from '../sqlite/batch.ts'

/** Primary result codes, https://www.sqlite.org/rescode.html; an extended code has its primary one in its low byte. */
const byCode: Readonly<Record<string, StorageFailure>> = {
  BUSY: 'retry',
  LOCKED: 'retry',
  SCHEMA: 'retry',
  PROTOCOL: 'retry',
  READONLY: 'read_only',
  FULL: 'full',
  CORRUPT: 'corrupt',
  NOTADB: 'corrupt',
  CANTOPEN: 'unreachable',
  CONSTRAINT: 'conflict',
  MISUSE: 'closed',
}
const primary: Readonly<Record<number, string>> = {
  5: 'BUSY',
  6: 'LOCKED',
  8: 'READONLY',
  10: 'IOERR',
  11: 'CORRUPT',
  13: 'FULL',
  14: 'CANTOPEN',
  15: 'PROTOCOL',
  17: 'SCHEMA',
  19: 'CONSTRAINT',
  21: 'MISUSE',
  26: 'NOTADB',
}
/** SQLITE_CONSTRAINT_NOTNULL is our mistake, and nobody's conflict. */
const NOT_NULL = 1299
/** SQLITE_IOERR_SHMSIZE: the disk had no room for the shared memory of WAL. */
const SHM_SIZE = 4874

/** For node:sqlite (`errcode`), and for better-sqlite3 and libsql (`code`), which a host app may have brought. */
export function classifySqlite(error: unknown): StorageFailure {
  if (error instanceof BatchLost) return 'retry'
  if (error instanceof CommitFailed) return ofCommit(classifySqlite(error.cause))
  if (typeof error !== 'object' || error === null) return 'fatal'
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  if (typeof errcode === 'number') return ofNumber(errcode)
  if (typeof code === 'string' && code.startsWith('SQLITE_')) return ofName(code)
  return code === 'ERR_INVALID_STATE' ? 'closed' : (classifyConnection(error) ?? 'fatal')
}

/** When the disk fails under a COMMIT, what was written may yet come back with the next recovery of the log. */
function ofCommit(failure: StorageFailure): StorageFailure {
  return failure === 'fatal' || failure === 'unreachable' ? 'unknown_commit' : failure
}

function ofNumber(errcode: number): StorageFailure {
  if (errcode === NOT_NULL) return 'fatal'
  if (errcode === SHM_SIZE) return 'full'
  return byCode[primary[errcode & 0xff] ?? ''] ?? 'fatal'
}

function ofName(code: string): StorageFailure {
  if (code === 'SQLITE_CONSTRAINT_NOTNULL') return 'fatal'
  if (code === 'SQLITE_IOERR_SHMSIZE') return 'full'
  return byCode[code.split('_')[1] ?? ''] ?? 'fatal'
}
