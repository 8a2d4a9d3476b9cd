// The door of the storage floor.

export * from './dialect/columns.ts'
export * from './dialect/insert.ts'
export * from './dialect/savepoint.ts'
export * from './dialect/values.ts'
export * from './mysql/mysql.ts'
export * from './open-store.ts'
export * from './own-kysely.ts'
export * from './postgres/postgres.ts'
export type { ServerOptions } from './server/options.ts'
export * from './sqlite/sqlite.ts'
export { statement, statements, type Statement } from './statement.ts'
export type { SqliteOptions } from './sqlite/options.ts'
