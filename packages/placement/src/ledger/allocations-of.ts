import type { Allocation, ConsumerId, GlobalTx } from '@novakit/core'
import { allocationRows, gathered } from './holdings.ts'

/** One entry per consumer and provider, in that order. */
export async function allocationsOf(tx: GlobalTx, consumers: readonly ConsumerId[]): Promise<readonly Allocation[]> {
  const rows = await allocationRows(tx, [...new Set(consumers)], 'plain')
  return [...Map.groupBy(rows, (row) => row.consumer)].flatMap(([consumer, mine]) =>
    [...gathered(mine)].map(([provider, resources]) => ({ consumer: consumer as ConsumerId, provider, resources })),
  )
}
