import type { Dialect } from '../../ports/storage.ts'

/**
 * The rows of a query, read to be written: nobody else changes them until the transaction ends, and they are read as
 * last committed. SQLite has no words for it and needs none, as it has one writer at a time.
 */
export function locked<Query extends { forUpdate(): Query }>(tx: { readonly dialect: Dialect }, query: Query): Query {
  return tx.dialect.singleWriter ? query : query.forUpdate()
}
