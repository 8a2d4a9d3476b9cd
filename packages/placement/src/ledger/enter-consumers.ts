import { insertIgnore, statement, type GlobalTx } from '@novakit/core'
import type { Kysely } from 'kysely'
import { paced } from './batches.ts'
import { breathing } from './breath.ts'
import type { ClaimRequest } from './claim-request.ts'
import type { Holder } from './holdings.ts'
import { givenNow, now, nowIn } from './now.ts'
import { tables, type ConsumerRow, type LedgerTables } from './tables.ts'

export interface Entering {
  readonly claim: ClaimRequest
  readonly holder: Holder | null
}

/** False if a consumer that was new is there by now, or one that was there has changed. */
export async function enterConsumers(tx: GlobalTx, wishes: readonly Entering[]): Promise<boolean> {
  const fresh = wishes.filter((wish) => wish.holder === null)
  if (!(await enterFresh(tx, fresh))) return false
  const breathe = breathing(50)
  for (const { claim, holder } of wishes) {
    if (holder === null) continue
    await breathe()
    const { id, type, ...row } = consumerRow(claim, holder.generation + 1)
    const { numUpdatedRows } = await tables(tx)
      .updateTable('consumer')
      .set({ ...row, ...(claim.consumerType === undefined ? {} : { type }), changed_at: await now(tx) })
      .where('id', '=', id)
      .where('generation', '=', holder.generation)
      .executeTakeFirst()
    if (Number(numUpdatedRows) !== 1) return false
  }
  return true
}

async function enterFresh(tx: GlobalTx, fresh: readonly Entering[]): Promise<boolean> {
  if (fresh.length === 0) return true
  const [first] = fresh
  if (fresh.length === 1 && first !== undefined && tx.dialect.name !== 'mysql') return enterNew(tx, first.claim)
  const moment = await now(tx)
  const rows = fresh.map(({ claim }) => ({ ...consumerRow(claim, 1), changed_at: moment }))
  let entered = 0
  for await (const batch of paced(rows)) {
    entered += await insertIgnore(tx, 'consumer', batch)
  }
  return entered === rows.length
}

/** One consumer that holds nothing yet. False if it is there. Not in MySQL. */
export async function enterNew(tx: GlobalTx, claim: ClaimRequest): Promise<boolean> {
  const { changed } = await insertConsumer(tx, { ...consumerRow(claim, 1), changed_at: await givenNow(tx) })
  return changed === 1
}

const insertConsumer = statement((db: Kysely<LedgerTables>, v: ConsumerRow, dialect) =>
  db
    .insertInto('consumer')
    .values({
      id: v.id,
      type: v.type,
      project: v.project,
      user: v.user,
      generation: v.generation,
      operation: v.operation,
      holds: v.holds,
      changed_at: nowIn(dialect, v.changed_at),
    })
    .onConflict((conflict) => conflict.doNothing()),
)

function consumerRow(of: ClaimRequest, generation: number): Omit<ConsumerRow, 'changed_at'> {
  const { consumer: id, consumerType: type = null, project, user, operation, guards } = of
  return { id, type, project, user, generation, operation, holds: guards.length }
}
