import type { Kysely } from 'kysely'
import type { Log } from '../ports/log.ts'
import type { OpenStore, Tx } from '../ports/storage.ts'
import type { Instant } from '../domain/unit/units.ts'

/** A {@link Tx}, and what is to be done once it is committed. */
export interface TxAndAfter<Kind extends 'global' | 'cell'> {
  readonly tx: Tx<Kind>
  /** Runs the tasks in the order they were given. One that throws is logged: what it followed is committed. */
  runAfterCommit(): void
}

export function makeTx<Kind extends 'global' | 'cell'>(open: OpenStore, db: Kysely<any>, log: Log): TxAndAfter<Kind> {
  const tasks: (() => void)[] = []
  let now: Promise<Instant> | null = null
  const tx: Tx<Kind> = {
    dialect: open.dialect,
    db: <Tables>() => db as Kysely<Tables>,
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
