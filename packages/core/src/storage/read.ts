import type { Log } from '../ports/log.ts'
import type { OpenStore, Tx } from '../ports/storage.ts'
import { reportFailure } from './failure.ts'
import { makeTx } from './tx.ts'
import { watchedKysely } from './watched-kysely.ts'

const READS: ReadonlySet<string> = new Set(['SelectQueryNode', 'RawNode'])

/** Reads without a transaction. A statement that would change something is refused. */
export function readOn<Kind extends 'global' | 'cell'>(
  open: OpenStore,
  log: Log,
): <T>(work: (tx: Tx<Kind>) => Promise<T>) => Promise<T> {
  const db = watchedKysely(open.kysely, {
    before: ({ query }) => {
      if (!READS.has(query.kind)) throw new Error('read() changes nothing: use write().')
    },
    failed: (error, { sql }) => reportFailure(log, open.classify(error), error, sql),
  })
  return async (work) => {
    const { tx, runAfterCommit } = makeTx<Kind>(open, db, log)
    const result = await work(tx)
    runAfterCommit()
    return result
  }
}
