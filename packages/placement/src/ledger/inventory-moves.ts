import type { GlobalTx } from '@novakit/core'
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import { batches } from './batches.ts'
import type { Move } from './plan.ts'
import { tables, type LedgerTables } from './tables.ts'

/**
 * Adds every move to `used`, each under its own predicate, in one UPDATE per provider. False if one of them found no
 * row that could take it: a claim is then undone, while a release goes on with the rest.
 *
 * Only this predicate protects the capacity. It needs no isolation but that of the row: whoever waited for the row's
 * lock has it compared again with the row as it is then.
 */
export async function moveInventories(tx: GlobalTx, moves: readonly Move[]): Promise<boolean> {
  if (moves.length > 1 && !tx.dialect.singleWriter) await lockInOrder(tx, moves)
  let all = true
  for (const ofProvider of Map.groupBy(moves, (move) => move.provider).values()) {
    for (const batch of batches(ofProvider)) all = (await moveOnProvider(tx, batch)) && all
  }
  return all
}

async function moveOnProvider(tx: GlobalTx, moves: readonly Move[]): Promise<boolean> {
  const [first] = moves
  if (first === undefined) return true
  const { numUpdatedRows } = await tables(tx)
    .updateTable('inventory')
    .set((eb) => ({ used: moves.length === 1 ? eb('used', '+', first.delta) : usedAfter(eb, moves) }))
    .where('provider', '=', first.provider)
    .where((eb) => eb.or(moves.map((move) => canTake(eb, move))))
    .executeTakeFirst()
  return Number(numUpdatedRows) === moves.length
}

type Inventories = ExpressionBuilder<LedgerTables, 'inventory'>

/** The amounts stand in sums with the column, which tells PostgreSQL that they are numbers. */
function usedAfter(eb: Inventories, moves: readonly Move[]): Expression<number> {
  const [first, ...rest] = moves
  if (first === undefined) return eb.ref('used')
  let cases = eb
    .case('resource_class')
    .when(first.resourceClass)
    .then(eb('used', '+', first.delta))
  for (const move of rest) cases = cases.when(move.resourceClass).then(eb('used', '+', move.delta))
  return cases.else(eb.ref('used')).end()
}

function canTake(eb: Inventories, { resourceClass, delta, amounts }: Move): Expression<SqlBool> {
  const tests: Expression<SqlBool>[] = [eb('resource_class', '=', resourceClass)]
  if (delta > 0) tests.push(eb(eb('used', '+', delta), '<=', eb.ref('capacity')))
  if (amounts.length > 0) {
    tests.push(eb('min_unit', '<=', Math.min(...amounts)), eb('max_unit', '>=', Math.max(...amounts)))
    for (const amount of amounts) tests.push(eb(eb(eb.val(amount), '%', eb.ref('step_size')), '=', 0))
  }
  return eb.and(tests)
}

/** One UPDATE locks several rows in whatever order the database finds them; two of them could wait for each other. */
async function lockInOrder(tx: GlobalTx, moves: readonly Move[]): Promise<void> {
  for (const batch of batches(moves)) {
    await tables(tx)
      .selectFrom('inventory')
      .select('provider')
      .where((eb) =>
        eb.or(batch.map((move) => eb.and({ provider: move.provider, resource_class: move.resourceClass }))),
      )
      .orderBy('provider')
      .orderBy('resource_class')
      .forUpdate()
      .execute()
  }
}
