import { AsyncLocalStorage } from 'node:async_hooks'
import type { Kysely, Transaction } from 'kysely'
import type { Log } from '../ports/log.ts'
import type { OpenStore, StorageFailure, Tx } from '../ports/storage.ts'
import { commitFailure, reportFailure } from './failure.ts'
import { makeTx, type TxAndAfter } from './tx.ts'
import { watchedKysely } from './watched-kysely.ts'

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
  log: Log,
): <T>(work: (tx: Tx<Kind>) => Promise<T>) => Promise<T> {
  return async <T>(work: (tx: Tx<Kind>) => Promise<T>) => {
    const attempt = attemptOf<Kind, T>(open, log, work)
    try {
      const result = await begin(open, (db) => attempt.run(db))
      attempt.after()
      return result
    } catch (error) {
      throw attempt.meaning(error)
    }
  }
}

/** SQLite has one writer, and nothing to choose. */
function begin<T>(open: OpenStore, work: (db: Transaction<any>) => Promise<T>): Promise<T> {
  const transaction = open.kysely.transaction()
  return open.dialect.singleWriter
    ? transaction.execute(work)
    : transaction.setIsolationLevel('read committed').execute(work)
}

interface Attempt<T> {
  run(db: Kysely<any>): Promise<T>
  after(): void
  /** What an error of the whole transaction tells the caller. */
  meaning(error: unknown): unknown
}

function attemptOf<Kind extends 'global' | 'cell', T>(
  open: OpenStore,
  log: Log,
  work: (tx: Tx<Kind>) => Promise<T>,
): Attempt<T> {
  const mine: Span = { open: true }
  let stage: 'begin' | 'work' | 'commit' | 'rollback' = 'begin'
  let thrown: unknown
  let made: TxAndAfter<Kind> | null = null
  const watch = {
    before: () => {
      if (!mine.open) throw new Error('This transaction is over: await what you start in it.')
    },
    failed: (error: unknown, { sql }: { sql: string }) => reportFailure(log, open.classify(error), error, sql),
  }
  return {
    run: async (db) => {
      stage = 'work'
      made = makeTx(open, watchedKysely(db, watch), log)
      const { tx } = made
      try {
        const result = await span.run(mine, () => work(tx))
        stage = 'commit'
        return result
      } catch (error) {
        stage = 'rollback'
        thrown = error
        throw error
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

/** Of a failed ROLLBACK: whether `work` may have seen what was then never stored. A lost connection rolls back too. */
function changesTheAnswer(failure: StorageFailure): boolean {
  return failure !== 'unreachable' && failure !== 'fatal' && failure !== 'closed'
}
