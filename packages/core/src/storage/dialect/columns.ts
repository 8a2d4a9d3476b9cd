import { sql, type CreateTableBuilder, type Kysely, type RawBuilder } from 'kysely'
import type { Dialect } from '../../ports/storage.ts'

export type ColumnType =
  | 'integer'
  | 'bigint'
  | 'double precision'
  | 'smallint'
  | 'boolean'
  | 'text'
  | RawBuilder<unknown>

/** Column types for migrations that mean the same on every database. */
export interface ColumnTypes {
  /** Up to 255 characters, compared and ordered byte by byte. At most three of them fit into one key on MySQL. */
  readonly id: ColumnType
  /** Up to 64 characters, as {@link id}: states, kinds, UUIDs. */
  readonly word: ColumnType
  /** Text of any length, compared byte by byte. Not for keys. */
  readonly text: ColumnType
  /** JSON as text: written and read by a codec, never looked into by a query. */
  readonly json: ColumnType
  /** Whole numbers up to 2^53 - 1. */
  readonly bigint: ColumnType
  /** Milliseconds since 1970, as a whole number. */
  readonly instant: ColumnType
  /** A number with a fraction. */
  readonly real: ColumnType
  /** 0 or 1. */
  readonly boolean: ColumnType
}

const sqlite: ColumnTypes = {
  id: 'text',
  word: 'text',
  text: 'text',
  json: 'text',
  bigint: 'integer',
  instant: 'integer',
  real: 'double precision',
  boolean: 'integer',
}

/**
 * Whole numbers are `double precision`, which holds each of them up to 2^53 exactly: every client hands it out as a
 * number, while it hands out `bigint` as text, or as whatever the host app set for its own tables.
 */
const postgres: ColumnTypes = {
  id: sql`varchar(255) collate "C"`,
  word: sql`varchar(64) collate "C"`,
  text: sql`text collate "C"`,
  json: 'text',
  bigint: 'double precision',
  instant: 'double precision',
  real: 'double precision',
  boolean: 'smallint',
}

/**
 * Other collations take names for equal that differ in case, accents, or spaces at the end. What compares bytes has one
 * name in MariaDB and another in MySQL, and each takes the other's comment for a comment.
 */
const bytewise = sql`character set utf8mb4 collate /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */`

const mysql: ColumnTypes = {
  id: sql`varchar(255) ${bytewise}`,
  word: sql`varchar(64) ${bytewise}`,
  text: sql`longtext ${bytewise}`,
  json: sql`longtext ${bytewise}`,
  bigint: 'bigint',
  instant: 'bigint',
  real: 'double precision',
  boolean: 'smallint',
}

const byDialect: Readonly<Record<Dialect['name'], ColumnTypes>> = { sqlite, postgres, mysql }
const dialectOf = new WeakMap<object, Dialect['name']>()

/** Tells {@link columns} what a migration runs on. */
export function rememberDialect(db: Kysely<any>, dialect: Dialect): Kysely<any> {
  dialectOf.set(db, dialect.name)
  return db
}

/** Which dialect the database speaks that `openStore` hands to a migration. */
export function dialectNameOf(db: Kysely<any>): Dialect['name'] {
  const dialect = dialectOf.get(db)
  if (dialect === undefined) throw new TypeError('Only the database that openStore gives to a migration is known.')
  return dialect
}

/** The column types for a dialect, or for the database that `openStore` hands to a migration. */
export function columns(of: Dialect['name'] | Kysely<any>): ColumnTypes {
  const dialect = typeof of === 'string' ? of : dialectOf.get(of)
  if (dialect === undefined) throw new TypeError('columns() takes the database that openStore gives to a migration.')
  return byDialect[dialect]
}

/** A key that the database counts up by itself. Gaps and late arrivals are to be expected. */
export function addSequence<Table extends string, Column extends string>(
  table: CreateTableBuilder<Table, Column>,
  db: Kysely<any>,
  column: string,
): CreateTableBuilder<Table, Column> {
  const postgres = dialectOf.get(db) === 'postgres'
  const counted = postgres
    ? table.addColumn(column, 'bigserial', (seq) => seq.primaryKey())
    : table.addColumn(column, dialectOf.get(db) === 'mysql' ? 'bigint' : 'integer', (seq) =>
        seq.primaryKey().autoIncrement(),
      )
  return counted as CreateTableBuilder<Table, Column>
}

/**
 * A table that is stored in the order of its primary key. SQLite otherwise keeps the rows apart from that key, and each
 * write then touches both. For rows that are small and found by their key; the other databases choose for themselves.
 */
export function byKey<Table extends string, Column extends string>(
  table: CreateTableBuilder<Table, Column>,
  db: Kysely<any>,
): CreateTableBuilder<Table, Column> {
  return dialectNameOf(db) === 'sqlite' ? table.modifyEnd(sql`without rowid`) : table
}
