import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { nextRound } from '../../system/event-loop.ts'
import type { QueryResult } from 'kysely'
import { storageErrors } from '../../domain/storage/errors.ts'
import { classifySqlite } from '../dialect/classify-sqlite.ts'
import { groupCommit, STATEMENTS_PER_BREATH, type Writer } from './group-commit.ts'
import { preparePlace } from './place.ts'
import type { WriterConnection } from './batch.ts'
import { statementsOf, type Statements } from './statements.ts'

export const MEMORY = ':memory:'

/** One open database file: a connection that writes, and one that reads what is committed while the other writes. */
export interface SqliteFile {
  readonly writer: Writer
  /** Statements on the writer's connection, for whoever has the turn. */
  readonly statements: Statements
  /** One read of what is committed. */
  read(sql: string, parameters: readonly unknown[]): Promise<QueryResult<unknown>>
  /** Forgets prepared statements, after a change of tables. */
  forget(): void
  close(): void
}

/** @throws `storage.cannot_open`, `storage.read_only`, `storage.corrupt`, `storage.busy` */
export async function openFile(file: string): Promise<SqliteFile> {
  if (file === MEMORY) return memoryFile(connect(file))
  await preparePlace(file)
  const writing = connect(file)
  try {
    return fileOf(writing, connect(file))
  } catch (error) {
    writing.close()
    throw error
  }
}

function fileOf(writing: DatabaseSync, reading: DatabaseSync): SqliteFile {
  reading.exec('pragma query_only = on')
  const writes = statementsOf(writing)
  const reads = statementsOf(reading)
  const writer = groupCommit(writerOn(writing), true)
  const breathe = everyNth(STATEMENTS_PER_BREATH, () => nextRound())
  return {
    writer,
    statements: writes,
    read: async (sql, parameters) => {
      await breathe()
      return reads.execute(sql, parameters)
    },
    forget: () => [reads, writes].forEach((statements) => statements.forget()),
    close: () => {
      writer.finish()
      reading.close()
      writing.close()
    },
  }
}

/** Few texts open and close transactions, and each is compiled once. */
function writerOn(db: DatabaseSync): WriterConnection {
  const prepared = new Map<string, StatementSync>()
  return {
    exec: (sql) => {
      let statement = prepared.get(sql)
      if (statement === undefined) prepared.set(sql, (statement = db.prepare(sql)))
      statement.run()
    },
    get isTransaction() {
      return db.isTransaction
    },
  }
}

/** So much work is done in some milliseconds: a statement counts one, and one more for each so many parameters. */
const WORK_PER_BREATH = 100
const PARAMETERS_PER_WORK = 40

/**
 * Whoever writes one statement after another would keep the thread to himself: SQLite answers at once. By count and not
 * by time, so that the same work always has the same pauses.
 */
export function breathingWriter(): (parameters: readonly unknown[]) => Promise<void> | undefined {
  let work = 0
  return ({ length }) => {
    work += 1 + length / PARAMETERS_PER_WORK
    if (work < WORK_PER_BREATH) return undefined
    work = 0
    return nextRound()
  }
}

/** Whoever reads and reads would otherwise keep the thread to himself: SQLite answers at once. */
function everyNth(nth: number, pause: () => Promise<void>): () => Promise<void> | undefined {
  let count = 0
  return () => (++count % nth === 0 ? pause() : undefined)
}

/** No second connection can see a database in memory, so reads take their turn between the transactions. */
function memoryFile(db: DatabaseSync): SqliteFile {
  const statements = statementsOf(db)
  const writer = groupCommit(writerOn(db), false)
  return {
    writer,
    statements,
    read: (sql, parameters) => writer.alone(() => statements.execute(sql, parameters)),
    forget: () => statements.forget(),
    close: () => db.close(),
  }
}

/**
 * A commit is on the disk when COMMIT returns (WAL with synchronous = FULL). While the file is opened, another process
 * may hold it for a moment; later nobody is waited for with the thread blocked: BEGIN answers busy at once.
 */
const SETTINGS = `
  pragma synchronous = full;
  pragma foreign_keys = on;
  pragma temp_store = memory;
  pragma cache_size = -16384;
  pragma wal_autocheckpoint = 16000;
  pragma journal_size_limit = 134217728;
  pragma busy_timeout = 0;`

function connect(file: string): DatabaseSync {
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(file, { timeout: 1000 })
    const { journal_mode: mode } = db.prepare('pragma journal_mode = wal').get() as { journal_mode: string }
    if (mode !== 'wal' && file !== MEMORY) {
      throw storageErrors.cannot_open({ where: file, why: 'its file system has no shared memory. Use a local disk.' })
    }
    db.exec(SETTINGS)
    return db
  } catch (error) {
    db?.close()
    throw openFailure(file, error)
  }
}

function openFailure(file: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || !('errcode' in cause)) return cause
  const extra = { cause, detail: { file, text: cause.message } }
  switch (classifySqlite(cause)) {
    case 'corrupt':
      return storageErrors.corrupt({}, extra)
    case 'read_only':
      return storageErrors.read_only({}, extra)
    case 'full':
      return storageErrors.full({}, extra)
    case 'retry':
      return storageErrors.busy({}, extra)
    default:
      return storageErrors.cannot_open({ where: file, why: `${cause.message}.` }, extra)
  }
}
