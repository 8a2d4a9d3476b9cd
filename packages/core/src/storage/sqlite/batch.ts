export interface WriterConnection {
  /** One statement. */
  exec(sql: string): void
  readonly isTransaction: boolean
}

/** COMMIT failed: nothing of the batch was stored, unless the disk failed under it. */
export class CommitFailed extends Error {}

/** SQLite rolled the whole batch back because of a statement of another member: this one may run again. */
export class BatchLost extends Error {}

/**
 * One BEGIN … COMMIT with one transaction after another in it. No table may have deferred constraints: they are checked
 * at COMMIT, and would fail everybody.
 */
export interface Batch {
  /** False once it is committed, rolled back or lost. */
  readonly open: boolean
  /** How many statements have run in it. */
  readonly statements: number
  /** Starts the next transaction in it. @throws what SAVEPOINT throws */
  enter(): Part
  /** Never throws: the members hear how it ended. */
  commit(): void
}

/** One transaction of a batch. */
export interface Part {
  /** Runs one statement. @throws what the statement throws, {@link BatchLost} */
  run<T>(statement: () => T): T
  /** Resolves once the batch is on the disk. @throws {@link CommitFailed}, {@link BatchLost} */
  keep(): Promise<void>
  /** Resolves once those are on the disk whose changes it saw. @throws {@link CommitFailed}, {@link BatchLost} */
  undo(): Promise<void>
}

/** @throws what BEGIN throws: when another process writes, that it is busy */
export function openBatch(connection: WriterConnection): Batch {
  abandon(connection)
  connection.exec('begin immediate')
  const outcome = Promise.withResolvers<void>()
  outcome.promise.catch(() => undefined)
  let open = true
  let parts = 0
  let statements = 0
  let lost: { readonly cause: unknown } | null = null

  const lose = (cause: unknown): void => {
    abandon(connection)
    open = false
    lost = { cause }
    outcome.reject(new BatchLost('The batch was rolled back', lost))
  }
  const commit = (): void => {
    open = false
    try {
      connection.exec('commit')
      outcome.resolve()
    } catch (cause) {
      abandon(connection)
      outcome.reject(new CommitFailed('COMMIT failed', { cause }))
    }
  }
  const withdraw = (): void => {
    abandon(connection)
    open = false
    outcome.resolve()
  }
  const run = <T>(statement: () => T): T => {
    if (lost !== null) throw new BatchLost('The transaction was rolled back', lost)
    statements++
    try {
      return statement()
    } catch (error) {
      if (!connection.isTransaction) lose(error)
      throw error
    }
  }
  const savepoint = (sql: string): void => {
    try {
      if (lost === null) connection.exec(sql)
    } catch (cause) {
      lose(cause)
    }
  }
  /** The first needs no savepoint: while it runs, nobody else is in the batch. */
  const first: Part = {
    run,
    keep: () => outcome.promise,
    undo: async () => {
      if (lost === null) withdraw()
    },
  }
  const later: Part = {
    run,
    keep: () => {
      savepoint('release novakit_member')
      return outcome.promise
    },
    undo: async () => {
      if (lost !== null) return
      savepoint('rollback to novakit_member')
      savepoint('release novakit_member')
      await outcome.promise
    },
  }
  return {
    get open() {
      return open
    },
    get statements() {
      return statements
    },
    enter: () => {
      if (parts++ === 0) return first
      connection.exec('savepoint novakit_member')
      return later
    },
    commit,
  }
}

/** If even this fails, BEGIN will say so to the next one. */
function abandon(connection: WriterConnection): void {
  try {
    if (connection.isTransaction) connection.exec('rollback')
  } catch {
    // The connection is still in its transaction, and can do nothing else than try again.
  }
}
