import type { CompiledQuery } from 'kysely'
import type { Log } from '../ports/log.ts'
import type { OpenStore, Tx } from '../ports/storage.ts'
import type { StatementCompiler } from './statement.ts'
import { reportFailure } from './failure.ts'
import { makeTx, type TxGround } from './tx.ts'
import { watchedKysely } from './watched-kysely.ts'

const READS: ReadonlySet<string> = new Set(['SelectQueryNode', 'RawNode'])

/** Reads without a transaction. A statement that would change something is refused. */
export function readOn<Kind extends 'global' | 'cell'>(
  open: OpenStore,
  compiled: StatementCompiler,
  log: Log,
): <T>(work: (tx: Tx<Kind>) => Promise<T>) => Promise<T> {
  const before = ({ query }: CompiledQuery): void => {
    if (!READS.has(query.kind)) throw new Error('read() changes nothing: use write().')
  }
  const failed = (error: unknown, { sql }: CompiledQuery): unknown =>
    reportFailure(log, open.classify(error), error, sql)
  const db = watchedKysely(open.kysely, { before, failed })
  const ground: TxGround = {
    open,
    db,
    compiled,
    execute: async (query, parameters) => {
      if (open.direct === undefined) return db.executeQuery({ ...query, parameters })
      before(query)
      return open.direct.read(query.sql, parameters).catch((error: unknown) => {
        throw failed(error, query)
      })
    },
  }
  return async (work) => {
    const { tx, runAfterCommit } = makeTx<Kind>(ground, log)
    const result = await work(tx)
    runAfterCommit()
    return result
  }
}
