import { wholeNumber, type GlobalTx, type ProviderId } from '@novakit/core'
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

/** What a project uses, by type of consumer. */
export async function usageByType(tx: GlobalTx, filter: UsageFilter): Promise<readonly TypedUsage[]> {
  const rows = await amounts(tx, filter)
  const counts = await counted(tx, filter)
  return [...counts].map(([consumerType, consumers]) => ({
    consumerType,
    consumers,
    usage: new Map(
      rows.filter((row) => row.type === consumerType).map((row) => [row.resource_class, wholeNumber(row.used ?? 0)]),
    ),
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

function held(tx: GlobalTx, { project, user, consumerType }: UsageFilter) {
  let query = tables(tx)
    .selectFrom('consumer')
    .innerJoin('allocation', 'allocation.consumer', 'consumer.id')
    .where('consumer.project', '=', project)
  if (user !== undefined) query = query.where('consumer.user', '=', user)
  if (consumerType === null) query = query.where('consumer.type', 'is', null)
  else if (consumerType !== undefined) query = query.where('consumer.type', '=', consumerType)
  return query
}

function amounts(tx: GlobalTx, filter: UsageFilter) {
  return held(tx, filter)
    .select(({ fn }) => [
      'consumer.type as type',
      'allocation.resource_class as resource_class',
      fn.sum('allocation.used').as('used'),
    ])
    .groupBy(['consumer.type', 'allocation.resource_class'])
    .orderBy('allocation.resource_class')
    .execute()
}

async function counted(tx: GlobalTx, filter: UsageFilter): Promise<ReadonlyMap<string | null, number>> {
  const rows = await held(tx, filter)
    .select(({ fn }) => ['consumer.type as type', fn.count('consumer.id').distinct().as('consumers')])
    .groupBy('consumer.type')
    .orderBy('consumer.type')
    .execute()
  return new Map(rows.map((row) => [row.type, wholeNumber(row.consumers)]))
}
