import { sql, type Kysely } from 'kysely'
import type { Dialect, StorageFailure } from '../../ports/storage.ts'
import { instant, type Instant } from '../../domain/unit/units.ts'
import { classifyMysql } from './classify-mysql.ts'
import { classifyPostgres } from './classify-postgres.ts'
import { classifySqlite } from './classify-sqlite.ts'
import { wholeNumber, type DatabaseNumber } from './values.ts'

/** All that is different about a kind of database, as {@link OpenStore} needs it. */
export interface DialectFacts {
  readonly dialect: Dialect
  classify(error: unknown): StorageFailure
  /** Null where the database has no clock of its own: SQLite's is that of the machine. */
  readonly now: AskTime | null
}

type AskTime = (db: Kysely<any>) => Promise<Instant>
type ServerFacts = DialectFacts & { readonly now: AskTime }

export const dialects: { readonly sqlite: DialectFacts; readonly postgres: ServerFacts; readonly mysql: ServerFacts } =
  {
    sqlite: {
      dialect: { name: 'sqlite', returning: true, skipLocked: false, singleWriter: true },
      classify: classifySqlite,
      now: null,
    },
    postgres: {
      dialect: { name: 'postgres', returning: true, skipLocked: true, singleWriter: false },
      classify: classifyPostgres,
      // now() would stand still for the length of the transaction.
      now: (db) => ask(db, 'select floor(extract(epoch from clock_timestamp()) * 1000) as now'),
    },
    mysql: {
      dialect: { name: 'mysql', returning: false, skipLocked: true, singleWriter: false },
      classify: classifyMysql,
      // unix_timestamp() would take the time for one of the session's time zone.
      now: (db) => ask(db, "select floor(timestampdiff(microsecond, '1970-01-01', utc_timestamp(6)) / 1000) as now"),
    },
  }

async function ask(db: Kysely<any>, question: string): Promise<Instant> {
  const { rows } = await sql.raw<{ now: DatabaseNumber }>(question).execute(db)
  return instant(wholeNumber(rows[0]?.now ?? 'nothing'))
}
