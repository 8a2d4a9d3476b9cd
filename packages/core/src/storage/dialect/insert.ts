import { isExpression, sql, type InsertQueryBuilder, type Kysely } from 'kysely'
import { hasCode } from '../../domain/error.ts'
import { statement, statements } from '../statement.ts'
import type { Tx } from '../../ports/storage.ts'

type AnyTx = Tx<'global' | 'cell'>
type Rows = readonly Readonly<Record<string, unknown>>[]

/** SQLite takes 32766 values in one statement, PostgreSQL and MySQL 65535. */
const VALUES_PER_STATEMENT = 8192
/** ER_DUP_ENTRY */
const MYSQL_DUPLICATE = 1062

/** Inserts rows. Every row has the same columns. @throws `storage.conflict` where a unique key is taken */
export async function insert(tx: AnyTx, table: string, rows: Rows): Promise<void> {
  for (const part of inParts(rows)) await prepared(tx, table, part, 'plain')
}

/**
 * Inserts the rows whose unique keys are free, and passes over the others. Every row has the same columns.
 * @returns how many were inserted
 */
export async function insertIgnore(tx: AnyTx, table: string, rows: Rows): Promise<number> {
  const insertPart = tx.dialect.name === 'mysql' ? insertOneByOne : insertUnlessThere
  let inserted = 0
  for (const part of inParts(rows)) inserted += await insertPart(tx, table, part)
  return inserted
}

/**
 * Inserts rows, or changes those that are there with the same `key`, the columns of a primary key or of a unique index.
 * Every row has the same columns. What is not in `change` keeps its value; without `change` all but the key is taken over.
 */
export async function upsert(
  tx: AnyTx,
  table: string,
  rows: Rows,
  { key, change }: { readonly key: readonly string[]; readonly change?: readonly string[] },
): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const changed = change ?? Object.keys(first).filter((column) => !key.includes(column))
  if (changed.length === 0) throw new TypeError('upsert() has nothing to change: use insertIgnore().')
  const mysql = tx.dialect.name === 'mysql'
  const taken = (column: string) => (mysql ? sql`values(${sql.ref(column)})` : sql.ref(`excluded.${column}`))
  const values = Object.fromEntries(changed.map((column) => [column, taken(column)]))
  for (const part of inParts(rows)) {
    const insert = tx.db<any>().insertInto(table).values(part)
    await (
      mysql
        ? insert.onDuplicateKeyUpdate(values)
        : insert.onConflict((conflict) => conflict.columns([...key]).doUpdateSet(values))
    ).execute()
  }
}

async function insertUnlessThere(tx: AnyTx, table: string, rows: Rows): Promise<number> {
  return (await prepared(tx, table, rows, 'unless_there')).changed
}

type How = 'plain' | 'unless_there'

/** What is inserted one or a few at a time is compiled once; larger lists differ in their length each time. */
const FEW = 4

interface Shape {
  readonly table: string
  readonly how: How
  readonly columns: readonly string[]
  readonly count: number
}

const few = statements(
  ({ table, how, columns, count }: Shape) => `${table} ${how} ${count} ${columns.join()}`,
  ({ table, how, columns, count }) =>
    statement((db: Kysely<any>, v: readonly unknown[]) => {
      const place = (row: number) =>
        Object.fromEntries(columns.map((column, at) => [column, v[row * columns.length + at]]))
      return queryOf(
        db,
        table,
        Array.from({ length: count }, (_, row) => place(row)),
        how,
      )
    }),
)

async function prepared(tx: AnyTx, table: string, rows: Rows, how: How): Promise<{ readonly changed: number }> {
  const columns = Object.keys(rows[0] ?? {})
  const values = rows.flatMap((row) => columns.map((column) => row[column]))
  // Such as the database's own clock: it is a part of the statement, and no value of it.
  if (rows.length > FEW || values.some(isExpression)) return inserted(queryOf(tx.db<any>(), table, rows, how))
  return few({ table, how, columns, count: rows.length })(tx, values)
}

function queryOf(db: Kysely<any>, table: string, rows: Rows, how: How): InsertQueryBuilder<any, string, unknown> {
  const query = db.insertInto(table).values(rows)
  return how === 'plain' ? query : query.onConflict((conflict) => conflict.doNothing())
}

async function inserted(query: InsertQueryBuilder<any, string, any>): Promise<{ readonly changed: number }> {
  const result = (await query.executeTakeFirstOrThrow()) as { readonly numInsertedOrUpdatedRows: bigint }
  return { changed: Number(result.numInsertedOrUpdatedRows) }
}

/**
 * INSERT IGNORE would pass over values that do not fit, too. A duplicate undoes its own statement only, so the
 * transaction goes on.
 */
async function insertOneByOne(tx: AnyTx, table: string, rows: Rows): Promise<number> {
  let inserted = 0
  for (const row of rows) {
    try {
      await prepared(tx, table, [row], 'plain')
      inserted++
    } catch (error) {
      if (!isDuplicate(error)) throw error
    }
  }
  return inserted
}

function isDuplicate(error: unknown): boolean {
  return hasCode(error, 'storage.conflict') && (error.cause as { errno?: unknown }).errno === MYSQL_DUPLICATE
}

function inParts(rows: Rows): Rows[] {
  const columns = Object.keys(rows[0] ?? {}).length
  const size = Math.max(1, Math.floor(VALUES_PER_STATEMENT / Math.max(1, columns)))
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, at) => rows.slice(at * size, (at + 1) * size))
}
