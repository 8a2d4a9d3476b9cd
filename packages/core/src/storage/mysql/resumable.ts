import type { CompiledQuery, Kysely } from 'kysely'
import { watchedKysely } from '../watched-kysely.ts'

/** By kind of statement, the errors that say it was carried out before. */
const DONE: Readonly<Record<string, readonly number[]>> = {
  // ER_TABLE_EXISTS_ERROR
  CreateTableNode: [1050],
  // ER_DUP_KEYNAME
  CreateIndexNode: [1061],
  // ER_DUP_FIELDNAME, ER_DUP_KEYNAME, ER_CANT_DROP_FIELD_OR_KEY
  AlterTableNode: [1060, 1061, 1091],
  // ER_BAD_TABLE_ERROR
  DropTableNode: [1051],
  // ER_CANT_DROP_FIELD_OR_KEY
  DropIndexNode: [1091],
  // ER_DUP_ENTRY
  InsertQueryNode: [1062],
}

/**
 * For migrations: MySQL commits with every change of a table, so one that broke off half-way has left something behind.
 * Begun again, it passes over what is there. A table that somebody else has made under that name would be passed over
 * too; on other databases the same migration fails then.
 */
export function resumable(db: Kysely<any>): Kysely<any> {
  return watchedKysely(db, {
    before: () => undefined,
    failed: (error) => error,
    passesOver: (error, { query }: CompiledQuery) => {
      const { errno } = (error ?? {}) as { errno?: unknown }
      return typeof errno === 'number' && DONE[query.kind]?.includes(errno) === true
    },
  })
}
