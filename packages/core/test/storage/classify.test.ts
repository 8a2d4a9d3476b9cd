import { AbortedTransactionError } from 'kysely'
import { describe, expect, it } from 'vitest'
import { classifyMysql } from '../../src/storage/dialect/classify-mysql.ts'
import { classifyPostgres } from '../../src/storage/dialect/classify-postgres.ts'
import { classifySqlite } from '../../src/storage/dialect/classify-sqlite.ts'
import { BatchLost, CommitFailed } from '../../src/storage/sqlite/batch.ts'

const node = (errcode: number) => Object.assign(new Error(), { code: 'ERR_SQLITE_ERROR', errcode })
const coded = (code: string, message = '') => Object.assign(new Error(message), { code })
const numbered = (errno: number, code = 'ER_X') => Object.assign(new Error(), { errno, code })

describe('classifySqlite', () => {
  it.each([
    [node(5), 'retry'],
    [node(517), 'retry'],
    [node(6), 'retry'],
    [node(2067), 'conflict'],
    [node(1555), 'conflict'],
    [node(1299), 'fatal'],
    [node(8), 'read_only'],
    [node(1032), 'read_only'],
    [node(13), 'full'],
    [node(4874), 'full'],
    [node(11), 'corrupt'],
    [node(267), 'corrupt'],
    [node(26), 'corrupt'],
    [node(10), 'fatal'],
    [node(1), 'fatal'],
    [coded('ERR_INVALID_STATE', 'database is not open'), 'closed'],
    [coded('SQLITE_BUSY_SNAPSHOT'), 'retry'],
    [coded('SQLITE_CONSTRAINT_UNIQUE'), 'conflict'],
    [coded('SQLITE_CONSTRAINT_NOTNULL'), 'fatal'],
    [coded('SQLITE_FULL'), 'full'],
    [coded('SQLITE_READONLY_DBMOVED'), 'read_only'],
    [coded('SQLITE_IOERR_WRITE'), 'fatal'],
    [new TypeError('The database connection is not open'), 'closed'],
    [new Error('driver has already been destroyed'), 'closed'],
    [new TypeError('a bug'), 'fatal'],
    [null, 'fatal'],
    [new BatchLost('', { cause: node(13) }), 'retry'],
    [new CommitFailed('', { cause: node(13) }), 'full'],
    [new CommitFailed('', { cause: node(1034) }), 'unknown_commit'],
  ])('takes %j for %s', (error, failure) => {
    expect(classifySqlite(error)).toBe(failure)
  })
})

describe('classifyPostgres', () => {
  it.each([
    [coded('40001'), 'retry'],
    [coded('40P01'), 'retry'],
    [coded('55P03'), 'retry'],
    [coded('23505'), 'conflict'],
    [coded('23503'), 'conflict'],
    [coded('23502'), 'fatal'],
    [coded('08006'), 'unreachable'],
    [coded('08007'), 'unknown_commit'],
    [coded('57P01'), 'unreachable'],
    [coded('28P01'), 'unreachable'],
    [coded('53100'), 'full'],
    [coded('25006'), 'read_only'],
    [coded('XX001'), 'corrupt'],
    [coded('42P01'), 'fatal'],
    [coded('ECONNREFUSED'), 'unreachable'],
    [coded('CONNECTION_ENDED'), 'closed'],
    [new Error('Connection terminated unexpectedly'), 'unreachable'],
    [new Error('Connection terminated due to connection timeout'), 'unreachable'],
    [new Error('Query read timeout'), 'unreachable'],
    [new Error('timeout exceeded when trying to connect'), 'retry'],
    [new AbortedTransactionError(), 'conflict'],
    [new Error('Cannot use a pool after calling end on the pool'), 'closed'],
    [new TypeError('a bug'), 'fatal'],
    [undefined, 'fatal'],
  ])('takes %j for %s', (error, failure) => {
    expect(classifyPostgres(error)).toBe(failure)
  })
})

describe('classifyMysql', () => {
  it.each([
    [numbered(1213), 'retry'],
    [numbered(1205), 'retry'],
    [numbered(1020), 'retry'],
    [numbered(1062), 'conflict'],
    [numbered(1452), 'conflict'],
    [numbered(4025), 'conflict'],
    [numbered(1048), 'fatal'],
    [numbered(2006), 'unreachable'],
    [numbered(2013), 'unreachable'],
    [numbered(1053), 'unreachable'],
    [numbered(1969), 'unreachable'],
    [numbered(3024), 'unreachable'],
    [numbered(1290), 'read_only'],
    [numbered(1792), 'read_only'],
    [numbered(1114), 'full'],
    [numbered(1021), 'full'],
    [numbered(1034), 'corrupt'],
    [numbered(-111, 'ECONNREFUSED'), 'unreachable'],
    [coded('PROTOCOL_CONNECTION_LOST', 'Connection lost: The server closed the connection.'), 'unreachable'],
    [new Error('Pool is closed.'), 'closed'],
    [new TypeError('a bug'), 'fatal'],
  ])('takes %j for %s', (error, failure) => {
    expect(classifyMysql(error)).toBe(failure)
  })
})
