import { isNovakitError, type NovakitError } from '../domain/error.ts'
import { storageErrors } from '../domain/storage/errors.ts'
import type { Log } from '../ports/log.ts'
import type { StorageFailure } from '../ports/storage.ts'

const errorOf = {
  conflict: storageErrors.conflict,
  retry: storageErrors.busy,
  unknown_commit: storageErrors.unknown_commit,
  full: storageErrors.full,
  read_only: storageErrors.read_only,
  corrupt: storageErrors.corrupt,
  closed: storageErrors.closed,
  unreachable: storageErrors.unreachable,
  fatal: storageErrors.failed,
} as const satisfies Record<StorageFailure, unknown>

/** Everyday failures, which the caller or a retry takes care of. */
const EVERYDAY: ReadonlySet<StorageFailure> = new Set(['conflict', 'retry', 'closed'])

/**
 * What a database threw, in the words of the house. The operator's detail names the statement, whose values are
 * placeholders, so that no secret is in it.
 */
export function storageError(failure: StorageFailure, cause: unknown, sql?: string): NovakitError {
  if (isNovakitError(cause)) return cause
  const detail = { failure, text: textOf(cause), ...(sql === undefined ? {} : { sql }) }
  return errorOf[failure]({}, { cause, detail })
}

/** As {@link storageError}, and tells the operator if it is more than an everyday failure. */
export function reportFailure(log: Log, failure: StorageFailure, cause: unknown, sql?: string): NovakitError {
  const error = storageError(failure, cause, sql)
  if (error !== cause && !EVERYDAY.has(failure))
    log.error('The database failed', error.detail as Record<string, unknown>)
  return error
}

/** A COMMIT that was not plainly refused may have been carried out. */
export function commitFailure(failure: StorageFailure): StorageFailure {
  return failure === 'unreachable' || failure === 'fatal' || failure === 'closed' ? 'unknown_commit' : failure
}

function textOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause instanceof Error ? `${cause.message}: ${cause.cause.message}` : cause.message
}
