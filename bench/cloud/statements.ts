import { StatementSync } from 'node:sqlite'

export interface Counted {
  /** Without those that open and close transactions. */
  readonly statements: number
  readonly transactions: number
  readonly commits: number
}

const CONTROL = /^\s*(begin|commit|rollback|savepoint|release)\b/i

/** Counts what SQLite is asked while `work` runs. */
export async function counted(work: () => Promise<void>): Promise<Counted> {
  let statements = 0
  let transactions = 0
  let commits = 0
  const see = (sql: string): void => {
    if (!CONTROL.test(sql)) statements++
    if (/^(begin|savepoint novakit_member)/i.test(sql)) transactions++
    if (/^commit/i.test(sql)) commits++
  }
  const restore = (['all', 'run', 'get'] as const).map((name) => watch(name, see))
  try {
    await work()
  } finally {
    for (const undo of restore) undo()
  }
  return { statements, transactions, commits }
}

function watch(name: 'all' | 'run' | 'get', see: (sql: string) => void): () => void {
  const original = StatementSync.prototype[name] as (...values: unknown[]) => unknown
  const watched = function (this: StatementSync, ...values: unknown[]): unknown {
    see(this.sourceSQL)
    return original.apply(this, values)
  }
  Object.defineProperty(StatementSync.prototype, name, { value: watched, configurable: true, writable: true })
  return () =>
    Object.defineProperty(StatementSync.prototype, name, { value: original, configurable: true, writable: true })
}
