import type { Compilable, CompiledQuery, Kysely, QueryResult } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Instant } from '../domain/unit/units.ts'
import type { StoreName } from '../domain/storage/store-name.ts'

/** What a failed statement means for whoever sent it. */
export type StorageFailure =
  /** A unique key, a check. */
  | 'conflict'
  /** Serialisation, deadlock, busy: the same transaction again may succeed. */
  | 'retry'
  /** It may or may not have been committed: look before you do it again. */
  | 'unknown_commit'
  | 'full'
  | 'read_only'
  | 'corrupt'
  | 'closed'
  | 'unreachable'
  | 'fatal'

/** Where dialects differ; queries ask these and not for a name. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres' | 'mysql'
  readonly returning: boolean
  readonly skipLocked: boolean
  /** SQLite's one writer. */
  readonly singleWriter: boolean
}

/**
 * A way to reach databases: `sqlite({...})`, or a host app's own Kysely. One driver may hold several stores, in one
 * database under different prefixes or in several.
 */
export interface StorageDriver {
  readonly name: string
  open(store: StoreName, environment: { now(): Instant }): Promise<OpenStore>
}

export interface OpenStore {
  /** Table names in queries are bare; the prefix of the store is put before them underneath. */
  readonly kysely: Kysely<any>
  readonly dialect: Dialect
  /** The prefix of the store's tables and of its migration table. */
  readonly prefix: string
  /** Whoever owns the database migrates it; 'never' only checks that nothing is missing. */
  readonly migrate: 'always' | 'never'
  /** The store's clock. `db` is the transaction or connection that asks. */
  now(db: Kysely<any>): Promise<Instant>
  classify(error: unknown): StorageFailure
  close(): Promise<void>
  /** Where the database lives in this process: its transactions, without the ceremony that a connection pool needs. */
  readonly direct?: DirectStore
}

export interface DirectStore {
  begin(): Promise<DirectTransaction>
  /** One read of what is committed. */
  read(sql: string, parameters: readonly unknown[]): Promise<QueryResult<unknown>>
}

export interface DirectTransaction {
  /** The same transaction, for queries that are not prepared. */
  readonly kysely: Kysely<any>
  run(sql: string, parameters: readonly unknown[]): QueryResult<unknown> | Promise<QueryResult<unknown>>
  commit(): Promise<void>
  rollback(): Promise<void>
}

/** A query whose text is made once for each store. `values` stand for what is given when it runs. */
export interface PreparedQuery {
  build(db: Kysely<any>, values: any, dialect: Dialect): Compilable<unknown> | CompiledQuery<unknown>
}

/** What a query answered, and how many rows it wrote. */
export interface Ran<Row> {
  readonly rows: readonly Row[]
  readonly changed: number
}

declare const kind: unique symbol

/** One transaction in one store, or a read outside of any. Global and cell transactions do not mix: their types differ. */
export interface Tx<Kind extends 'global' | 'cell'> {
  readonly [kind]?: Kind
  readonly dialect: Dialect
  /** The tables as the caller knows them. */
  db<Tables>(): Kysely<Tables>
  /** Runs a prepared query; `statement()` gives it types. */
  run(query: PreparedQuery, values: Readonly<Record<string, unknown>>): Promise<Ran<unknown>>
  /** The store's clock, asked once per transaction. */
  now(): Promise<Instant>
  /** Runs once the transaction is committed; never if it is rolled back. */
  afterCommit(task: () => void): void
}

export type GlobalTx = Tx<'global'>
export type CellTx = Tx<'cell'>

/** A store with its migrations done. */
export interface Store<Kind extends 'global' | 'cell'> {
  readonly name: StoreName
  /** Reads without a transaction: each statement sees what is committed. */
  read<T>(work: (tx: Tx<Kind>) => Promise<T>): Promise<T>
  /**
   * One transaction at READ COMMITTED or better. `work` may run again after a conflict of serialisation: it must have
   * no effect but through `tx`, and must not await anything else.
   * @throws `storage.*`; what `work` throws passes through after the rollback.
   */
  write<T>(work: (tx: Tx<Kind>) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export type GlobalStore = Store<'global'>
export type CellStore = Store<'cell'>

/** Migrations of one package for one kind of store. Names are `NNNN-what`, unique within the kind. */
export interface MigrationSet {
  readonly store: 'global' | 'cell'
  readonly migrations: Readonly<Record<string, Migration>>
}
