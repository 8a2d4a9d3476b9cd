import { nextRound, wholeNumber, type GlobalTx, type ProviderId } from '@novakit/core'
import { inOrder } from '../ledger/batches.ts'
import { allocationRows } from '../ledger/holdings.ts'
import { tables } from '../ledger/tables.ts'

/** Resource class → amount. */
export type Usage = ReadonlyMap<string, number>

/** What is used of one provider: a line for each of its inventories, zeros too. */
export async function usageOf(tx: GlobalTx, provider: ProviderId): Promise<Usage> {
  const rows = await tables(tx)
    .selectFrom('inventory')
    .select(['resource_class', 'used'])
    .where('provider', '=', provider)
    .orderBy('resource_class')
    .execute()
  return new Map(rows.map((row) => [row.resource_class, wholeNumber(row.used)]))
}

export interface UsageFilter {
  readonly project: string
  readonly user?: string
  /** A type of consumers; null for those whose type nobody knows. Undefined: all. */
  readonly consumerType?: string | null
}

export interface TypedUsage {
  /** Null: unknown. */
  readonly consumerType: string | null
  readonly consumers: number
  readonly usage: Usage
}

/** What a project uses, by type of consumer. In pages: a project may have a hundred thousand of them. */
export async function usageByType(tx: GlobalTx, filter: UsageFilter): Promise<readonly TypedUsage[]> {
  const found = new Map<string | null, { consumers: number; readonly usage: Map<string, number> }>()
  for await (const holders of holdersOf(tx, filter)) {
    const typeOf = new Map(holders.map(({ id, type }) => [id, type]))
    const rows = await allocationRows(tx, [...typeOf.keys()], 'plain')
    for (const [at, { consumer, resource_class: resourceClass, used }] of rows.entries()) {
      const type = typeOf.get(consumer) ?? null
      const typed = found.get(type) ?? { consumers: 0, usage: new Map<string, number>() }
      found.set(type, typed)
      // Rows come by consumer.
      if (rows[at - 1]?.consumer !== consumer) typed.consumers++
      typed.usage.set(resourceClass, (typed.usage.get(resourceClass) ?? 0) + wholeNumber(used))
    }
  }
  const byType = inOrder(found, ([type]) => type ?? '')
  return byType.map(([consumerType, { consumers, usage }]) => ({
    consumerType,
    consumers,
    usage: new Map(inOrder(usage, ([name]) => name)),
  }))
}

/** What a project uses in all. */
export async function usageOfProject(tx: GlobalTx, filter: UsageFilter): Promise<TypedUsage> {
  const byType = await usageByType(tx, filter)
  const usage = new Map<string, number>()
  for (const each of byType) {
    for (const [name, amount] of each.usage) usage.set(name, (usage.get(name) ?? 0) + amount)
  }
  return { consumerType: null, consumers: byType.reduce((sum, each) => sum + each.consumers, 0), usage }
}

/** Consumers in one statement. */
const PAGE = 500

interface HolderRow {
  readonly id: string
  readonly type: string | null
  readonly user: string
}

async function* holdersOf(
  tx: GlobalTx,
  { project, user, consumerType }: UsageFilter,
): AsyncGenerator<readonly HolderRow[], void, void> {
  let query = tables(tx)
    .selectFrom('consumer')
    .select(['id', 'type', 'user'])
    .where('project', '=', project)
    .orderBy('user')
    .orderBy('id')
    .limit(PAGE)
  if (user !== undefined) query = query.where('user', '=', user)
  if (consumerType === null) query = query.where('type', 'is', null)
  else if (consumerType !== undefined) query = query.where('type', '=', consumerType)
  for (let last: HolderRow | undefined; ; await nextRound()) {
    const after = last
    const page: readonly HolderRow[] = await (
      after === undefined
        ? query
        : query.where(({ eb, refTuple, tuple }) => eb(refTuple('user', 'id'), '>', tuple(after.user, after.id)))
    ).execute()
    if (page.length > 0) yield page
    last = page.at(-1)
    if (page.length < PAGE) return
  }
}
