import { statement, wholeNumber, type ConsumerId, type GlobalTx } from '@novakit/core'
import type { Kysely } from 'kysely'
import { markChanged } from './change-feed.ts'
import { moveGuards } from './guards.ts'
import { gathered, lockHoldings, nothing, type Holding } from './holdings.ts'
import { moveInventories } from './inventory-moves.ts'
import { planOf, type Change } from './plan.ts'
import { emptyHoldings, fillHoldings, MANY_ROWS } from './rows.ts'
import type { LedgerTables } from './tables.ts'

/**
 * See the port. Whoever locks the consumer first gives back; the one who waited then finds nothing. Providers keep
 * their generation, as in Placement: giving back can spoil nobody's write.
 */
export async function release(tx: GlobalTx, consumers: readonly ConsumerId[]): Promise<void> {
  const [only, ...others] = new Set(consumers)
  if (only === undefined) return
  if (others.length === 0 && tx.dialect.returning && (await releaseOne(tx, only))) return
  const holders = await lockHoldings(tx, [only, ...others])
  const changes = [...holders.values()].map((holder) => leaving(holder.consumer, holder))
  if (changes.length === 0) return
  const plan = await planOf(changes)
  await moveInventories(tx, plan.moves)
  await moveGuards(tx, plan.guards)
  await emptyHoldings(tx, changes)
  await fillHoldings(tx, changes)
  await markChanged(tx, plan.providers, 'stays')
}

/** One consumer without guards: what is deleted tells what to give back. False where it holds guards, or very much. */
async function releaseOne(tx: GlobalTx, consumer: ConsumerId): Promise<boolean> {
  const gone = await deleteUnguarded(tx, { consumer, holds: 0, most: MANY_ROWS, one: 1 })
  if (gone.changed === 0 && gone.rows.length === 0) return false
  const { rows } = await deleteAllocations(tx, { consumer })
  const plan = await planOf([leaving(consumer, { allocations: gathered(rows.map(amountOf)), holds: [] })])
  await moveInventories(tx, plan.moves)
  await markChanged(tx, plan.providers, 'stays')
  return true
}

const deleteUnguarded = statement((db: Kysely<LedgerTables>, v: Unguarded) => {
  const beyond = db
    .selectFrom('allocation')
    .select('provider')
    .where('consumer', '=', v.consumer)
    .limit(v.one)
    .offset(v.most)
  return db
    .deleteFrom('consumer')
    .where('id', '=', v.consumer)
    .where('holds', '=', v.holds)
    .where((eb) => eb.not(eb.exists(beyond)))
    .returning('id')
})

interface Unguarded {
  readonly consumer: string
  readonly holds: number
  /** Rows of allocations. */
  readonly most: number
  readonly one: number
}

const deleteAllocations = statement((db: Kysely<LedgerTables>, v: { consumer: string }) =>
  db
    .deleteFrom('allocation')
    .where('consumer', '=', v.consumer)
    .returning(['consumer', 'provider', 'resource_class', 'used']),
)

function amountOf<Row extends { readonly used: number }>(row: Row): Row {
  return { ...row, used: wholeNumber(row.used) }
}

function leaving(consumer: ConsumerId, before: Holding): Change {
  return { consumer, before, after: nothing }
}
