import {
  type CompiledQuery,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type QueryResult,
} from 'kysely'
import type { Member } from './group-commit.ts'
import { breathingWriter, type SqliteFile } from './file.ts'

/** Kysely over one open file. Each connection it asks for is a place in the writer's queue. */
export function sqliteDialect(file: SqliteFile): Dialect {
  return {
    createDriver: () => driverOf(file),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => adapter,
    createIntrospector: (db) => new SqliteIntrospector(db),
  }
}

/** Migrations run in one BEGIN IMMEDIATE, which is all the lock they need, across processes too. */
const adapter: DialectAdapter = {
  supportsCreateIfNotExists: true,
  supportsMultipleConnections: true,
  supportsTransactionalDdl: true,
  supportsReturning: true,
  acquireMigrationLock: async () => undefined,
  releaseMigrationLock: async () => undefined,
}

interface Connection extends DatabaseConnection {
  /** The transaction it is in. */
  member: Member | null
}

function driverOf(file: SqliteFile): Driver {
  return {
    init: async () => undefined,
    acquireConnection: async () => connectionOn(file),
    beginTransaction: async (connection) => {
      ;(connection as Connection).member = await file.writer.begin()
    },
    commitTransaction: (connection) => leave(connection as Connection, 'commit'),
    rollbackTransaction: (connection) => leave(connection as Connection, 'rollback'),
    releaseConnection: async () => undefined,
    destroy: async () => undefined,
  }
}

/** Kysely rolls back after a failed commit too; by then there is nothing left to roll back. */
async function leave(connection: Connection, how: 'commit' | 'rollback'): Promise<void> {
  const { member } = connection
  connection.member = null
  await member?.[how]()
}

/** The connection of a transaction that was begun without Kysely. */
export function memberConnection(file: SqliteFile, member: Member, breathe: Breathe): DatabaseConnection {
  return connectionOn(file, member, breathe)
}

type Breathe = ReturnType<typeof breathingWriter>

function connectionOn(file: SqliteFile, member: Member | null = null, breathe = breathingWriter()): Connection {
  const connection: Connection = {
    member,
    executeQuery: async <R>(query: CompiledQuery) => {
      if (connection.member !== null) await breathe(query.parameters)
      return (await execute(file, connection.member, query)) as QueryResult<R>
    },
    streamQuery: async function* <R>(query: CompiledQuery, chunk: number) {
      const { rows } = await execute(file, connection.member, query)
      for (let at = 0; at < rows.length; at += chunk) yield { rows: rows.slice(at, at + chunk) as R[] }
    },
  }
  return connection
}

/** PRAGMA and VACUUM may not run inside a transaction, or mean something else there. */
const ALONE = /^\s*(pragma|vacuum|attach|detach)\b/i
const READS = /^\s*select\b/i

async function execute(file: SqliteFile, member: Member | null, query: CompiledQuery): Promise<QueryResult<unknown>> {
  const { sql, parameters } = query
  const run = (): QueryResult<unknown> => file.statements.execute(sql, parameters)
  if (changesTables(query)) file.forget()
  if (member !== null) return member.run(run)
  if (query.query.kind === 'SelectQueryNode' || READS.test(sql)) return file.read(sql, parameters)
  return ALONE.test(sql) ? file.writer.alone(run) : onItsOwn(file, run)
}

async function onItsOwn<T>(file: SqliteFile, run: () => T): Promise<T> {
  const member = await file.writer.begin()
  let result: T
  try {
    result = member.run(run)
  } catch (error) {
    await member.rollback()
    throw error
  }
  await member.commit()
  return result
}

function changesTables({ query: { kind } }: CompiledQuery): boolean {
  return kind.startsWith('Create') || kind.startsWith('Alter') || kind.startsWith('Drop')
}
