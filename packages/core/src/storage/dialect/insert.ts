import { sql, type Kysely } from 'kysely'
import { hasCode } from '../../domain/error.ts'
import type { Tx } from '../../ports/storage.ts'

type AnyTx = Tx<'global' | 'cell'>
type Rows = readonly Readonly<Record<string, unknown>>[]

/** SQLite takes 32766 values in one statement, PostgreSQL and MySQL 65535. */
const VALUES_PER_STATEMENT = 8192
/** ER_DUP_ENTRY */
const MYSQL_DUPLICATE = 1062

/**
 * Inserts the rows whose unique keys are free, and passes over the others. Every row has the same columns.
 * @returns how many were inserted
 */
export async function insertIgnore(tx: AnyTx, table: string, rows: Rows): Promise<number> {
  const insert = tx.dialect.name === 'mysql' ? insertOneByOne : insertUnlessThere
  let inserted = 0
  for (const part of inParts(rows)) inserted += await insert(tx.db<any>(), table, part)
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

async function insertUnlessThere(db: Kysely<any>, table: string, rows: Rows): Promise<number> {
  const result = await db
    .insertInto(table)
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  return Number(result.numInsertedOrUpdatedRows)
}

/**
 * INSERT IGNORE would pass over values that do not fit, too. A duplicate undoes its own statement only, so the
 * transaction goes on.
 */
async function insertOneByOne(db: Kysely<any>, table: string, rows: Rows): Promise<number> {
  let inserted = 0
  for (const row of rows) {
    try {
      await db.insertInto(table).values(row).execute()
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
