import { sql } from 'kysely'
import { statement } from '../statement.ts'
import type { Tx } from '../../ports/storage.ts'

/**
 * A part of a transaction that is undone on its own when it throws; the transaction goes on. Parts may be nested, but
 * do not run two at once.
 * @throws what `work` throws, after the part is undone
 */
export async function part<T>(tx: Tx<'global' | 'cell'>, work: () => Promise<T>): Promise<T> {
  await begin(tx, {})
  try {
    const result = await work()
    await keep(tx, {})
    return result
  } catch (error) {
    await undo(tx, {})
    await keep(tx, {})
    throw error
  }
}

const begin = statement((db) => sql`savepoint novakit_part`.compile(db))
const keep = statement((db) => sql`release savepoint novakit_part`.compile(db))
const undo = statement((db) => sql`rollback to savepoint novakit_part`.compile(db))
