import type { CompiledQuery, Kysely, QueryResult } from 'kysely'
import type { Log } from '../ports/log.ts'
import type { OpenStore, Tx } from '../ports/storage.ts'
import type { Instant } from '../domain/unit/units.ts'
import type { StatementCompiler } from './statement.ts'

/** A {@link Tx}, and what is to be done once it is committed. */
export interface TxAndAfter<Kind extends 'global' | 'cell'> {
  readonly tx: Tx<Kind>
  /** Runs the tasks in the order they were given. One that throws is logged: what it followed is committed. */
  runAfterCommit(): void
}

/** What a transaction runs on. */
export interface TxGround {
  readonly open: OpenStore
  readonly db: Kysely<any>
  readonly compiled: StatementCompiler
  /** One compiled query, with its parameters. */
  execute(query: CompiledQuery, parameters: readonly unknown[]): QueryResult<unknown> | Promise<QueryResult<unknown>>
}

export function makeTx<Kind extends 'global' | 'cell'>(ground: TxGround, log: Log): TxAndAfter<Kind> {
  const { open, db, compiled, execute } = ground
  const tasks: (() => void)[] = []
  let now: Promise<Instant> | null = null
  const tx: Tx<Kind> = {
    dialect: open.dialect,
    db: <Tables>() => db as Kysely<Tables>,
    run: async (query, values) => {
      const statement = compiled(query)
      const { rows, numAffectedRows } = await execute(statement.query, statement.parametersOf(values))
      return { rows, changed: Number(numAffectedRows ?? 0) }
    },
    now: () => (now ??= open.now(db)),
    afterCommit: (task) => void tasks.push(task),
  }
  return { tx, runAfterCommit: () => tasks.forEach((task) => runLogged(task, log)) }
}

function runLogged(task: () => void, log: Log): void {
  try {
    task()
  } catch (error) {
    log.error('A task after a commit failed', { text: String(error) })
  }
}
