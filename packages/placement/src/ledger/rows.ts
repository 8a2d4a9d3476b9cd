import type { GlobalTx } from '@novakit/core'
import { batches } from './batches.ts'
import type { Holding } from './holdings.ts'
import type { Change } from './plan.ts'
import { tables, type AllocationRow, type GuardHoldRow } from './tables.ts'

/** Removes the rows of what these consumers had. What it counted for is given back elsewhere. */
export async function emptyHoldings(tx: GlobalTx, changes: readonly Change[]): Promise<void> {
  const ids = (isOne: (holding: Holding) => boolean): readonly string[] =>
    changes.filter((change) => isOne(change.before)).map((change) => change.consumer)
  for (const batch of batches(ids((holding) => holding.allocations.size > 0))) {
    await tables(tx).deleteFrom('allocation').where('consumer', 'in', batch).execute()
  }
  for (const batch of batches(ids((holding) => holding.holds.length > 0))) {
    await tables(tx).deleteFrom('guard_hold').where('consumer', 'in', batch).execute()
  }
}

/** Writes the rows of what they have now; a consumer that has nothing is no more. */
export async function fillHoldings(tx: GlobalTx, changes: readonly Change[]): Promise<void> {
  for (const batch of batches(changes.flatMap(allocationsOf))) {
    await tables(tx).insertInto('allocation').values(batch).execute()
  }
  for (const batch of batches(changes.flatMap(holdsOf))) {
    await tables(tx).insertInto('guard_hold').values(batch).execute()
  }
  const done = changes.filter(({ after }) => after.allocations.size === 0 && after.holds.length === 0)
  for (const batch of batches(done.map((change) => change.consumer))) {
    await tables(tx).deleteFrom('consumer').where('id', 'in', batch).execute()
  }
}

function allocationsOf({ consumer, after }: Change): readonly AllocationRow[] {
  return [...after.allocations].flatMap(([provider, resources]) =>
    Object.entries(resources).map(([resource_class, used]) => ({ consumer, provider, resource_class, used })),
  )
}

function holdsOf({ consumer, after }: Change): readonly GuardHoldRow[] {
  return after.holds.map((hold) => ({ consumer, ...hold }))
}
