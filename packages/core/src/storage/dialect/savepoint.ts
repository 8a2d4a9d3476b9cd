import { sql } from 'kysely'
import type { Tx } from '../../ports/storage.ts'

/**
 * A part of a transaction that is undone on its own when it throws; the transaction goes on. Parts may be nested, but
 * do not run two at once.
 * @throws what `work` throws, after the part is undone
 */
export async function part<T>(tx: Tx<'global' | 'cell'>, work: () => Promise<T>): Promise<T> {
  const db = tx.db()
  await sql`savepoint novakit_part`.execute(db)
  try {
    const result = await work()
    await sql`release savepoint novakit_part`.execute(db)
    return result
  } catch (error) {
    await sql`rollback to savepoint novakit_part`.execute(db)
    await sql`release savepoint novakit_part`.execute(db)
    throw error
  }
}
