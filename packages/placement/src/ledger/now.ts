import { sql, type Expression } from 'kysely'
import type { Dialect, GlobalTx } from '@novakit/core'

/** A moment in milliseconds since 1970, as a value or as what the database puts in its place. */
export type Moment = number | Expression<number>

/**
 * The moment that a row is written, by the store's clock. A database with a clock of its own looks at it inside the
 * statement: to ask first would be a statement more for each claim.
 */
export async function now(tx: GlobalTx): Promise<Moment> {
  return tx.dialect.name === 'sqlite' ? tx.now() : inStatement(tx.dialect)
}

/** The same for a prepared statement, where `given` stands for the value of {@link givenNow}. */
export function nowIn(dialect: Dialect, given: number): Moment {
  return dialect.name === 'sqlite' ? given : inStatement(dialect)
}

/** What a prepared statement is given as the moment; nobody looks at it where the database has a clock. */
export async function givenNow(tx: GlobalTx): Promise<number> {
  return tx.dialect.name === 'sqlite' ? tx.now() : 0
}

function inStatement({ name }: Dialect): Expression<number> {
  return name === 'postgres'
    ? sql<number>`floor(extract(epoch from clock_timestamp()) * 1000)`
    : sql<number>`floor(timestampdiff(microsecond, '1970-01-01', utc_timestamp(6)) / 1000)`
}
