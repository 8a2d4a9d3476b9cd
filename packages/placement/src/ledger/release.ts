import type { ConsumerId, GlobalTx } from '@novakit/core'
import { markChanged } from './change-feed.ts'
import { moveGuards } from './guards.ts'
import { lockHoldings, nothing } from './holdings.ts'
import { moveInventories } from './inventory-moves.ts'
import { planOf, type Change } from './plan.ts'
import { emptyHoldings, fillHoldings } from './rows.ts'

/**
 * See the port. Whoever locks the consumer first gives back; the one who waited then finds nothing. Providers keep
 * their generation, as in Placement: giving back can spoil nobody's write.
 */
export async function release(tx: GlobalTx, consumers: readonly ConsumerId[]): Promise<void> {
  const holders = await lockHoldings(tx, [...new Set(consumers)])
  const changes = [...holders.values()].map((holder): Change => ({
    consumer: holder.consumer,
    before: holder,
    after: nothing,
  }))
  if (changes.length === 0) return
  const plan = planOf(changes)
  await moveInventories(tx, plan.moves)
  await moveGuards(tx, plan.guards)
  await emptyHoldings(tx, changes)
  await fillHoldings(tx, changes)
  await markChanged(tx, plan.providers, 'stays')
}
