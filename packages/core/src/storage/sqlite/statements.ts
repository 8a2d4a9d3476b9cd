import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { QueryResult } from 'kysely'
import { bindable } from './binding.ts'

const CAPACITY = 512

interface Prepared {
  readonly statement: StatementSync
  /** Of the rows it answers with; empty for a statement that answers with none. */
  columns: readonly string[]
}

/** Runs SQL on one connection, and keeps the statements it prepared, the least recently used given up first. */
export interface Statements {
  execute(sql: string, parameters: readonly unknown[]): QueryResult<unknown>
  /** After a change of tables: prepared statements know their columns by heart. */
  forget(): void
}

export function statementsOf(db: DatabaseSync): Statements {
  const prepared = new Map<string, Prepared>()
  const prepare = (sql: string): Prepared => {
    const known = prepared.get(sql)
    // Who came last matters only where somebody has to go.
    if (known !== undefined && prepared.size < CAPACITY) return known
    if (known !== undefined) prepared.delete(sql)
    const entry = known ?? prepareOn(db, sql)
    prepared.set(sql, entry)
    if (prepared.size > CAPACITY) prepared.delete(prepared.keys().next().value as string)
    return entry
  }
  return {
    execute: (sql, parameters) => {
      const entry = prepare(sql)
      const values = parameters.map(bindable)
      if (entry.columns.length > 0) return { rows: rowsOf(entry, entry.statement.all(...values)) }
      const { changes, lastInsertRowid } = entry.statement.run(...values)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    },
    forget: () => prepared.clear(),
  }
}

function prepareOn(db: DatabaseSync, sql: string): Prepared {
  const statement = db.prepare(sql)
  statement.setReturnArrays(true)
  return { statement, columns: columnsOf(statement) }
}

function columnsOf(statement: StatementSync): readonly string[] {
  return statement.columns().map((column) => column.name)
}

/** Plain objects made of arrays: three times as fast as the null-prototype objects that node:sqlite makes. */
function rowsOf(entry: Prepared, arrays: unknown): unknown[] {
  const rows = arrays as SQLOutputValue[][]
  if (rows[0] !== undefined && rows[0].length !== entry.columns.length) entry.columns = columnsOf(entry.statement)
  const { columns } = entry
  return rows.map((values) => {
    const row: Record<string, SQLOutputValue | undefined> = {}
    for (let at = 0; at < columns.length; at++) row[columns[at] as string] = values[at]
    return row
  })
}
