import mysql2 from 'mysql2'
import pg from 'pg'
import { Kysely, MysqlDialect, PostgresDialect } from 'kysely'
import { afterAll } from 'vitest'
import { mysql, ownKysely, postgres, type StorageDriver } from 'novakit'
import { testDatabase } from '../../../../tools/servers/test-database.ts'
import { describeOn, testServer } from '../../../../tools/servers/test-server.ts'
import { wholeCloud } from './whole-cloud.ts'

describeOn(await testServer('postgresql'), 'a cloud on PostgreSQL', (url) => {
  const database = testDatabase('postgresql', url)
  wholeCloud(() => [database.url, postgres({ url: database.url })])
})

describeOn(await testServer('mariadb'), 'a cloud on MariaDB', (url) => {
  const database = testDatabase('mariadb', url)
  wholeCloud(() => [database.url, mysql({ url: database.url })])
})

/** Clients as they come: PostgreSQL's large integers are text, and sessions are as the server makes them. */
function own(dialect: 'postgres' | 'mysql', open: () => Kysely<any>): () => StorageDriver {
  let kysely: Kysely<any> | null = null
  afterAll(() => kysely?.destroy())
  return () => ownKysely({ kysely: (kysely ??= open()), dialect })
}

describeOn(await testServer('postgresql'), "a cloud in a host app's own PostgreSQL", (url) => {
  const database = testDatabase('postgresql', url)
  const pool = () => new pg.Pool({ connectionString: database.url })
  const driver = own('postgres', () => new Kysely({ dialect: new PostgresDialect({ pool: pool() }) }))
  wholeCloud(() => [driver(), driver()])
})

describeOn(await testServer('mariadb'), "a cloud in a host app's own MariaDB", (url) => {
  const database = testDatabase('mariadb', url)
  const pool = () => mysql2.createPool({ uri: database.url })
  const driver = own('mysql', () => new Kysely({ dialect: new MysqlDialect({ pool: pool() as never }) }))
  wholeCloud(() => [driver(), driver()])
})
