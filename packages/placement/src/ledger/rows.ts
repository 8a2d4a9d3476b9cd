import { statement, type ConsumerId, type GlobalTx } from '@novakit/core'
import type { Kysely } from 'kysely'
import { paced } from './batches.ts'
import type { Holding } from './holdings.ts'
import type { Change } from './plan.ts'
import { tables, type AllocationRow, type GuardHoldRow, type LedgerTables } from './tables.ts'

/** Removes the rows of what these consumers had. What it counted for is given back elsewhere. */
export async function emptyHoldings(tx: GlobalTx, changes: readonly Change[]): Promise<void> {
  const ids = (isOne: (holding: Holding) => boolean): readonly string[] =>
    changes.filter((change) => isOne(change.before)).map((change) => change.consumer)
  for (const { consumer, before } of changes) if (isLarge(before)) await emptyByProvider(tx, consumer, before)
  for await (const batch of paced(ids((holding) => holding.allocations.size > 0 && !isLarge(holding)))) {
    await tables(tx).deleteFrom('allocation').where('consumer', 'in', batch).execute()
  }
  for await (const batch of paced(ids((holding) => holding.holds.length > 0))) {
    await tables(tx).deleteFrom('guard_hold').where('consumer', 'in', batch).execute()
  }
}

/** Rows that are deleted with one statement; all of them together are a piece of work that nobody could interrupt. */
export const MANY_ROWS = 500

function isLarge({ allocations }: Holding): boolean {
  let rows = 0
  for (const resources of allocations.values()) rows += Object.keys(resources).length
  return rows > MANY_ROWS
}

async function emptyByProvider(tx: GlobalTx, consumer: ConsumerId, { allocations }: Holding): Promise<void> {
  for await (const batch of paced([...allocations.keys()], 1 + Math.floor(MANY_ROWS / 10))) {
    for (const provider of batch) {
      await tables(tx)
        .deleteFrom('allocation')
        .where('consumer', '=', consumer)
        .where('provider', '=', provider)
        .execute()
    }
  }
}

/** Writes the rows of what they have now; a consumer that has nothing is no more. */
export async function fillHoldings(tx: GlobalTx, changes: readonly Change[]): Promise<void> {
  await insertAllocations(tx, changes.flatMap(allocationsOf))
  for await (const batch of paced(changes.flatMap(holdsOf))) {
    await tables(tx).insertInto('guard_hold').values(batch).execute()
  }
  const done = changes.filter(({ after }) => after.allocations.size === 0 && after.holds.length === 0)
  await dropConsumers(
    tx,
    done.map((change) => change.consumer),
  )
}

export async function dropConsumers(tx: GlobalTx, consumers: readonly ConsumerId[]): Promise<void> {
  for await (const batch of paced(consumers)) {
    await tables(tx).deleteFrom('consumer').where('id', 'in', batch).execute()
  }
}

async function insertAllocations(tx: GlobalTx, rows: readonly AllocationRow[]): Promise<void> {
  const few = insertFew[rows.length - 1]
  if (few !== undefined) {
    await few(
      tx,
      rows.flatMap((row) => [row.consumer, row.provider, row.resource_class, row.used]),
    )
    return
  }
  for await (const batch of paced(rows)) {
    await tables(tx).insertInto('allocation').values(batch).execute()
  }
}

/** Prepared for as many rows as claims mostly have; the values row by row. */
const insertFew = [1, 2, 3, 4, 5, 6].map((count) =>
  statement((db: Kysely<LedgerTables>, v: readonly (string | number)[]) =>
    db.insertInto('allocation').values(Array.from({ length: count }, (_, at) => rowAt(v, at * 4))),
  ),
)

function rowAt(v: readonly (string | number)[], at: number): AllocationRow {
  return { consumer: v[at], provider: v[at + 1], resource_class: v[at + 2], used: v[at + 3] } as AllocationRow
}

function allocationsOf({ consumer, after }: Change): readonly AllocationRow[] {
  return [...after.allocations].flatMap(([provider, resources]) =>
    Object.entries(resources).map(([resource_class, used]) => ({ consumer, provider, resource_class, used })),
  )
}

function holdsOf({ consumer, after }: Change): readonly GuardHoldRow[] {
  return after.holds.map((hold) => ({ consumer, ...hold }))
}
