import { insertIgnore, type GlobalTx } from '@novakit/core'
import type { GuardMove } from './plan.ts'
import { tables } from './tables.ts'

/** Gives up and takes every guard in turn. False if one of them is refused: the caller then undoes the call. */
export async function moveGuards(tx: GlobalTx, moves: readonly GuardMove[]): Promise<boolean> {
  for (const move of moves) {
    if (move.release > 0) await giveUp(tx, move)
    if (move.take > 0 && !(await take(tx, move))) return false
  }
  return true
}

async function giveUp(tx: GlobalTx, { kind, name, release }: GuardMove): Promise<void> {
  await tables(tx)
    .updateTable('guard')
    .set((eb) => ({ held: eb('held', '-', release) }))
    .where('kind', '=', kind)
    .where('name', '=', name)
    .execute()
  await tables(tx)
    .deleteFrom('guard')
    .where('kind', '=', kind)
    .where('name', '=', name)
    .where('held', '<=', 0)
    .execute()
}

/** The first holder makes the row; the others add to it under their predicate. The key decides between two firsts. */
async function take(tx: GlobalTx, move: GuardMove): Promise<boolean> {
  const { kind, name, values, allowed, take: held } = move
  const [value = '', ...others] = values
  if (others.length > 0 || (kind === 'counter' && held > allowed)) return false
  if ((await insertIgnore(tx, 'guard', [{ kind, name, value, held }])) === 1) return true
  const query = tables(tx)
    .updateTable('guard')
    .set((eb) => ({ held: eb('held', '+', held) }))
    .where('kind', '=', kind)
    .where('name', '=', name)
  const { numUpdatedRows } = await (
    kind === 'counter'
      ? query.where((eb) => eb(eb('held', '+', held), '<=', allowed))
      : query.where('value', '=', value)
  ).executeTakeFirst()
  return Number(numUpdatedRows) === 1
}
