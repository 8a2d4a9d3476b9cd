import { randomBytes } from 'node:crypto'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'
import type { ServerName } from './test-server.ts'

export interface TestDatabase {
  /** There once the tests run. */
  readonly url: string
  /** Statements as whoever owns the server may send them, on one connection. */
  run(...statements: readonly string[]): Promise<void>
  /**
   * Forgets the rows of all tables but those that hold some to begin with, as migrations have put them there: to make
   * tables takes longer than most tests do. Nobody may have the tables open.
   */
  empty(): Promise<void>
}

/** A database for the tests around it, empty at first, and gone when they are over. */
export function testDatabase(server: ServerName, url: string): TestDatabase {
  const name = `test_${randomBytes(6).toString('hex')}`
  const own = new URL(url)
  own.pathname = `/${name}`
  let session: Session | null = null
  let keptTables: readonly string[] | null = null
  const open = async (): Promise<Session> => (session ??= await openSession(server, own.href))
  beforeAll(() => withSession(server, url, (query) => query(`create database ${name}`)))
  afterAll(async () => {
    await session?.end()
    const force = server === 'postgresql' ? ' with (force)' : ''
    await withSession(server, url, (query) => query(`drop database ${name}${force}`))
  })
  return {
    url: own.href,
    run: async (...statements) => {
      const { query } = await open()
      for (const statement of statements) await query(statement)
    },
    empty: async () => {
      const { query } = await open()
      const tables = await tablesOf(server, query)
      keptTables ??= await filled(query, tables)
      const filledLater = tables.filter((table) => !keptTables?.includes(table) && !/_migration(_lock)?$/.test(table))
      if (filledLater.length > 0) await query(filledLater.map((table) => `delete from ${table}`).join('; '))
    },
  }
}

interface Session {
  query(statement: string): Promise<readonly Record<string, unknown>[]>
  end(): Promise<void>
}

async function openSession(server: ServerName, url: string): Promise<Session> {
  if (server === 'postgresql') {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    return { query: async (statement) => (await client.query(statement)).rows, end: () => client.end() }
  }
  const connection = await mysql.createConnection({ uri: url, multipleStatements: true })
  return {
    query: async (statement) => (await connection.query(statement))[0] as Record<string, unknown>[],
    end: () => connection.end(),
  }
}

async function withSession(
  server: ServerName,
  url: string,
  work: (query: Session['query']) => Promise<unknown>,
): Promise<void> {
  const session = await openSession(server, url)
  try {
    await work(session.query)
  } finally {
    await session.end()
  }
}

async function tablesOf(server: ServerName, query: Session['query']): Promise<readonly string[]> {
  const schema = server === 'postgresql' ? `'public'` : 'database()'
  const rows = await query(`select table_name as name from information_schema.tables where table_schema = ${schema}`)
  return rows.map((row) => String(row['name']))
}

async function filled(query: Session['query'], tables: readonly string[]): Promise<readonly string[]> {
  const some: string[] = []
  for (const table of tables) if ((await query(`select 1 from ${table} limit 1`)).length > 0) some.push(table)
  return some
}
