import { nextRound, wholeNumber, type ConsumerId, type GlobalTx, type ProviderId, type Resources } from '@novakit/core'
import type { ExpressionBuilder } from 'kysely'
import { rest } from './breath.ts'
import { inBatches } from './batches.ts'
import type { ClaimRequest } from './claim-request.ts'
import { tables, type LedgerTables } from './tables.ts'

/** A guard as it is held: `by` of a counter, 1 of a pin. */
export interface Hold {
  readonly kind: 'counter' | 'pin'
  readonly name: string
  readonly value: string
  readonly held: number
  readonly allowed: number
}

/** All that a consumer has. */
export interface Holding {
  readonly allocations: ReadonlyMap<ProviderId, Resources>
  readonly holds: readonly Hold[]
}

export interface Holder extends Holding {
  readonly consumer: ConsumerId
  readonly generation: number
  readonly operation: string | null
}

export const nothing: Holding = Object.freeze({ allocations: new Map(), holds: [] })

/** What a claim asks for, zeros left out. */
export function holdingOf(claim: ClaimRequest): Holding {
  const allocations = new Map<ProviderId, Resources>()
  for (const [provider, resources] of claim.allocations) {
    const wanted = Object.entries(resources).filter(([, amount]) => amount > 0)
    if (wanted.length > 0) allocations.set(provider, Object.fromEntries(wanted))
  }
  const holds = claim.guards.map((guard): Hold =>
    guard.kind === 'counter'
      ? { kind: 'counter', name: guard.key, value: '', held: guard.by, allowed: guard.max }
      : { kind: 'pin', name: guard.key, value: guard.value, held: 1, allowed: 0 },
  )
  return { allocations, holds }
}

/** The same text for the same content, in whatever order it comes. */
export function contentOf({ allocations, holds }: Holding): string {
  const amounts = [...allocations].flatMap(([provider, resources]) =>
    Object.entries(resources).map(([resourceClass, amount]) => [provider, resourceClass, amount].join(' ')),
  )
  const guards = holds.map((hold) => JSON.stringify([hold.kind, hold.name, hold.value, hold.held, hold.allowed]))
  return [...amounts.toSorted(), ...guards.toSorted()].join('\n')
}

/**
 * Locks these consumers and reads what they hold. Everyone who changes a holding writes the consumer's row first, so
 * what is read here stays true until the transaction ends. With several writers the reads lock too: a plain one could
 * show an older state than the row that was locked.
 */
export async function lockHoldings(
  tx: GlobalTx,
  consumers: readonly ConsumerId[],
): Promise<ReadonlyMap<ConsumerId, Holder>> {
  const rows = await inBatches(consumers.toSorted(), (ids) => {
    const query = tables(tx).selectFrom('consumer').selectAll().where('id', 'in', ids).orderBy('id')
    return (tx.dialect.singleWriter ? query : query.forUpdate()).execute()
  })
  if (rows.length === 0) return new Map()
  const ids = rows.map((row) => row.id)
  const amounts = await allocationRows(tx, ids, 'locked')
  await rest(amounts.length)
  const allocations = Map.groupBy(amounts, (row) => row.consumer)
  await rest(amounts.length)
  const guarded = rows.filter((row) => wholeNumber(row.holds) > 0).map((row) => row.id)
  const holds = Map.groupBy(await holdRows(tx, guarded), (row) => row.consumer)
  return new Map(
    rows.map(({ id, generation, operation }) => {
      const consumer = id as ConsumerId
      const holding = { allocations: gathered(allocations.get(id) ?? []), holds: (holds.get(id) ?? []).map(holdOf) }
      return [consumer, { consumer, generation: wholeNumber(generation), operation, ...holding }]
    }),
  )
}

export interface AmountRow {
  readonly consumer: string
  readonly provider: string
  readonly resource_class: string
  readonly used: number
}

export function allocationRows(
  tx: GlobalTx,
  ids: readonly string[],
  how: 'locked' | 'plain',
): Promise<readonly AmountRow[]> {
  return inBatches(ids, async (batch) => {
    const all = tables(tx)
      .selectFrom('allocation')
      .selectAll()
      .where('consumer', 'in', batch)
      .orderBy('consumer')
      .orderBy('provider')
      .orderBy('resource_class')
      .limit(ROWS)
    const query = how === 'locked' && !tx.dialect.singleWriter ? all.forUpdate() : all
    const rows: AmountRow[] = []
    for (let page = await query.execute(); ; await nextRound(), page = await after(query, page).execute()) {
      for (const row of page) rows.push(row)
      if (page.length < ROWS) return rows
    }
  })
}

/** Rows in one answer: one consumer may have tens of thousands. */
const ROWS = 2000

function after<Query extends { where(part: (eb: ExpressionBuilder<LedgerTables, 'allocation'>) => unknown): Query }>(
  query: Query,
  page: readonly AmountRow[],
): Query {
  const { consumer, provider, resource_class: name } = page.at(-1) as AmountRow
  return query.where((eb) =>
    eb(eb.refTuple('consumer', 'provider', 'resource_class'), '>', eb.tuple(consumer, provider, name)),
  )
}

function holdRows(tx: GlobalTx, ids: readonly string[]) {
  return inBatches(ids, (batch) => {
    const query = tables(tx).selectFrom('guard_hold').selectAll().where('consumer', 'in', batch)
    return (tx.dialect.singleWriter ? query : query.forUpdate()).execute()
  })
}

function holdOf({ kind, name, value, held, allowed }: Hold): Hold {
  return { kind, name, value, held: wholeNumber(held), allowed: wholeNumber(allowed) }
}

/** Rows of one consumer, by provider. */
export function gathered(rows: readonly AmountRow[]): ReadonlyMap<ProviderId, Resources> {
  const allocations = new Map<ProviderId, Record<string, number>>()
  for (const row of rows) {
    const provider = row.provider as ProviderId
    const resources = allocations.get(provider) ?? {}
    resources[row.resource_class] = wholeNumber(row.used)
    allocations.set(provider, resources)
  }
  return allocations
}
