import { AsyncLocalStorage } from 'node:async_hooks'
import type { Kysely } from 'kysely'
import type { Log } from '../ports/log.ts'
import type { DirectStore, OpenStore, StorageFailure, Tx } from '../ports/storage.ts'
import type { StatementCompiler } from './statement.ts'
import { commitFailure, reportFailure } from './failure.ts'
import { makeTx, type TxAndAfter, type TxGround } from './tx.ts'
import { watchedKysely, type Watch } from './watched-kysely.ts'

/** The transaction that the running code is part of. */
interface Span {
  open: boolean
}
const span = new AsyncLocalStorage<Span>()

/**
 * A transaction that waited for another one would wait for ever where a database has one writer.
 * @throws Error inside the work of any transaction
 */
export function refuseInsideWrite(call: 'read' | 'write'): void {
  if (span.getStore()?.open === true) throw new Error(`${call}() inside write(): use the transaction you have.`)
}

/** One transaction, tried once. */
export function writeOn<Kind extends 'global' | 'cell'>(
  open: OpenStore,
  compiled: StatementCompiler,
  log: Log,
): <T>(work: (tx: Tx<Kind>) => Promise<T>) => Promise<T> {
  return async <T>(work: (tx: Tx<Kind>) => Promise<T>) => {
    const attempt = attemptOf<Kind, T>(open, compiled, log, work)
    try {
      const result = await (open.direct === undefined ? pooled(open, attempt.run) : direct(open.direct, attempt.run))
      attempt.after()
      return result
    } catch (error) {
      throw attempt.meaning(error)
    }
  }
}

/** The transaction as Kysely shows it, and how a compiled query runs in it. */
type Run<T> = (db: Kysely<any>, execute: TxGround['execute']) => Promise<T>

/** SQLite has one writer, and nothing to choose. */
function pooled<T>(open: OpenStore, run: Run<T>): Promise<T> {
  const work = (db: Kysely<any>): Promise<T> =>
    run(db, (query, parameters) => db.executeQuery({ ...query, parameters }))
  const transaction = open.kysely.transaction()
  return open.dialect.singleWriter
    ? transaction.execute(work)
    : transaction.setIsolationLevel('read committed').execute(work)
}

async function direct<T>(store: DirectStore, run: Run<T>): Promise<T> {
  const transaction = await store.begin()
  let result: T
  try {
    result = await run(transaction.kysely, ({ sql }, parameters) => transaction.run(sql, parameters))
  } catch (error) {
    await transaction.rollback()
    throw error
  }
  await transaction.commit()
  return result
}

interface Attempt<T> {
  readonly run: Run<T>
  after(): void
  /** What an error of the whole transaction tells the caller. */
  meaning(error: unknown): unknown
}

function attemptOf<Kind extends 'global' | 'cell', T>(
  open: OpenStore,
  compiled: StatementCompiler,
  log: Log,
  work: (tx: Tx<Kind>) => Promise<T>,
): Attempt<T> {
  const mine: Span = { open: true }
  let stage: 'begin' | 'work' | 'commit' | 'rollback' = 'begin'
  let thrown: unknown
  let made: TxAndAfter<Kind> | null = null
  /**
   * After a deadlock or a failure of serialisation the transaction can only begin again. MySQL has rolled it back by
   * itself and would carry out what follows, each statement on its own.
   */
  let doomed: Error | null = null
  const watch: Watch = {
    before: () => {
      if (!mine.open) throw new Error('This transaction is over: await what you start in it.')
      if (doomed !== null) throw doomed
    },
    failed: (error, { sql }) => {
      const failure = open.classify(error)
      const reported = reportFailure(log, failure, error, sql)
      if (failure === 'retry') doomed = reported
      return reported
    },
  }
  return {
    run: async (db, execute) => {
      stage = 'work'
      made = makeTx({ open, db: watchedKysely(db, watch), compiled, execute: watched(execute, watch) }, log)
      const { tx } = made
      try {
        const result = await span.run(mine, () => work(tx))
        if (doomed !== null) throw doomed
        stage = 'commit'
        return result
      } catch (error) {
        stage = 'rollback'
        thrown = doomed ?? error
        throw thrown
      } finally {
        mine.open = false
      }
    },
    after: () => made?.runAfterCommit(),
    meaning: (error) => {
      if (stage === 'rollback' && error === thrown) return thrown
      const failure = open.classify(error)
      if (stage === 'rollback' && !changesTheAnswer(failure)) return thrown
      return reportFailure(log, stage === 'commit' ? commitFailure(failure) : failure, error)
    },
  }
}

function watched(execute: TxGround['execute'], watch: Watch): TxGround['execute'] {
  return async (query, parameters) => {
    watch.before(query)
    try {
      return await execute(query, parameters)
    } catch (error) {
      throw watch.failed(error, query)
    }
  }
}

/** Of a failed ROLLBACK: whether `work` may have seen what was then never stored. A lost connection rolls back too. */
function changesTheAnswer(failure: StorageFailure): boolean {
  return failure !== 'unreachable' && failure !== 'fatal' && failure !== 'closed'
}
