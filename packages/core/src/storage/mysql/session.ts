import type { ServerSettings } from '../server/options.ts'

// MariaDB alone runs comments that begin with `M!`, MySQL alone those whose version lies between 50700 and 99999:
// https://mariadb.com/kb/en/comment-syntax/
const onMariaDb = (text: string): string => `/*M! ${text} */`
const onMysql = (text: string): string => `/*!80017 ${text} */`

/** Quiet acceptance of values that do not fit, and backslashes that escape nothing, are what servers may have set. */
const SQL_MODE = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'

/** Whoever is idle in a transaction for longer than any statement takes has lost its process, and must not keep locks. */
const GRACE_SECONDS = 5

/**
 * Statements that a new connection begins with. What the server has for defaults does not count. Waiting for locks is a
 * part of a statement's time, which MySQL limits for reading statements only.
 */
export function sessionOf({ statementTimeout }: ServerSettings): readonly string[] {
  const seconds = Math.max(1, Math.ceil(statementTimeout / 1000))
  const settings = [
    'autocommit = 1',
    'completion_type = 0',
    `sql_mode = '${SQL_MODE}'`,
    'default_storage_engine = InnoDB',
    `innodb_lock_wait_timeout = ${seconds}`,
  ]
  const mariadb = [
    `max_statement_time = ${statementTimeout / 1000}`,
    `idle_transaction_timeout = ${seconds + GRACE_SECONDS}`,
  ]
  const mysql = [`max_execution_time = ${Math.ceil(statementTimeout)}`]
  return [
    'set session transaction isolation level read committed',
    `set ${settings.map(ofSession).join(', ')} ${onMariaDb(more(mariadb))} ${onMysql(more(mysql))}`,
  ]
}

/** Takes the limit of statements away from a connection, and gives it back. */
export const LIFT: string = `set @novakit_lifted = 1 ${onMariaDb(
  ', @novakit_limit = @@session.max_statement_time, session max_statement_time = 0',
)} ${onMysql(', @novakit_limit = @@session.max_execution_time, session max_execution_time = 0')}`
export const RESTORE: string = `set @novakit_lifted = 0 ${onMariaDb(
  ', session max_statement_time = @novakit_limit',
)} ${onMysql(', session max_execution_time = @novakit_limit')}`

function ofSession(setting: string): string {
  return `session ${setting}`
}

function more(settings: readonly string[]): string {
  return settings.map((setting) => `, ${ofSession(setting)}`).join('')
}
