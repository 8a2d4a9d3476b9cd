import { wholeNumber, type ConsumerId, type GlobalTx, type ProviderId, type Resources } from '@novakit/core'
import { markChanged } from '../ledger/change-feed.ts'
import { allocationRows, gathered } from '../ledger/holdings.ts'
import { lockProviders } from '../ledger/lock-providers.ts'
import { release } from '../ledger/release.ts'
import { tables } from '../ledger/tables.ts'

/** Something in the ledger that should not be, and what would mend it. */
export type Finding =
  /** It holds resources, and nobody knows it any more: giving them back. */
  | {
      readonly kind: 'orphan'
      readonly consumer: ConsumerId
      readonly consumerType: string | null
      readonly project: string
      /** Milliseconds since 1970, when it last changed. */
      readonly since: number
      readonly allocations: ReadonlyMap<ProviderId, Resources>
    }
  /** It has no row of its own, so nobody will ever give its resources back: removing its allocations. */
  | {
      readonly kind: 'no_consumer'
      readonly consumer: ConsumerId
      readonly allocations: ReadonlyMap<ProviderId, Resources>
    }
  /** It holds nothing, and its row keeps its generation from starting again: removing the row. */
  | { readonly kind: 'empty_consumer'; readonly consumer: ConsumerId }
  /** What is counted as used is not the sum of what is allocated: counting anew. */
  | {
      readonly kind: 'miscounted'
      readonly provider: ProviderId
      readonly resourceClass: string
      readonly counted: number
      readonly allocated: number
    }
  /** Allocated from an inventory that is not there. Only somebody who knows the hardware can mend it. */
  | {
      readonly kind: 'no_inventory'
      readonly provider: ProviderId
      readonly resourceClass: string
      readonly allocated: number
    }

export interface AuditQuestion {
  /**
   * Of these consumers, those that somebody still knows: servers, migrations. Asked in batches, outside of any lock.
   * Without it nobody is called an orphan.
   */
  readonly known?: (consumers: readonly ConsumerId[]) => Promise<ReadonlySet<ConsumerId>>
  /** Consumers that changed later are left alone: their server may be about to be written. Milliseconds since 1970. */
  readonly before?: number
}

/** Reads the whole ledger, and changes nothing. What it finds may be given to {@link heal}. */
export async function audit(tx: GlobalTx, question: AuditQuestion = {}): Promise<readonly Finding[]> {
  return [...(await auditConsumers(tx, question)), ...(await auditCounts(tx))]
}

const PAGE = 500

async function auditConsumers(tx: GlobalTx, { known, before }: AuditQuestion): Promise<readonly Finding[]> {
  const found: Finding[] = [...(await withoutConsumer(tx))]
  for (let after = ''; ;) {
    const rows = await tables(tx)
      .selectFrom('consumer')
      .selectAll()
      .where('id', '>', after)
      .orderBy('id')
      .limit(PAGE)
      .execute()
    const last = rows.at(-1)
    if (last === undefined) return found
    after = last.id
    const ids = rows.map((row) => row.id as ConsumerId)
    const amounts = Map.groupBy(await allocationRows(tx, ids, 'plain'), (row) => row.consumer)
    const alive = known === undefined ? null : await known(ids)
    for (const row of rows) {
      const consumer = row.id as ConsumerId
      const since = wholeNumber(row.changed_at)
      const allocations = gathered(amounts.get(row.id) ?? [])
      const isOld = before === undefined || since < before
      if (allocations.size === 0 && wholeNumber(row.holds) === 0) found.push({ kind: 'empty_consumer', consumer })
      else if (alive !== null && !alive.has(consumer) && isOld) {
        found.push({ kind: 'orphan', consumer, consumerType: row.type, project: row.project, since, allocations })
      }
    }
  }
}

async function withoutConsumer(tx: GlobalTx): Promise<readonly Finding[]> {
  const rows = await tables(tx)
    .selectFrom('allocation')
    .leftJoin('consumer', 'consumer.id', 'allocation.consumer')
    .select('allocation.consumer as consumer')
    .distinct()
    .where('consumer.id', 'is', null)
    .orderBy('allocation.consumer')
    .execute()
  const ids = rows.map((row) => row.consumer as ConsumerId)
  const amounts = Map.groupBy(await allocationRows(tx, ids, 'plain'), (row) => row.consumer)
  return ids.map((consumer) => ({
    kind: 'no_consumer' as const,
    consumer,
    allocations: gathered(amounts.get(consumer) ?? []),
  }))
}

async function auditCounts(tx: GlobalTx): Promise<readonly Finding[]> {
  const sums = await tables(tx)
    .selectFrom('allocation')
    .select(({ fn }) => ['provider', 'resource_class', fn.sum('used').as('allocated')])
    .groupBy(['provider', 'resource_class'])
    .execute()
  const allocated = new Map(sums.map((row) => [`${row.provider} ${row.resource_class}`, wholeNumber(row.allocated)]))
  const stocks = await tables(tx)
    .selectFrom('inventory')
    .select(['provider', 'resource_class', 'used'])
    .orderBy('provider')
    .orderBy('resource_class')
    .execute()
  const found: Finding[] = []
  for (const { provider, resource_class: resourceClass, used } of stocks) {
    const key = `${provider} ${resourceClass}`
    const sum = allocated.get(key) ?? 0
    allocated.delete(key)
    const counted = wholeNumber(used)
    if (counted !== sum) {
      found.push({ kind: 'miscounted', provider: provider as ProviderId, resourceClass, counted, allocated: sum })
    }
  }
  for (const [key, sum] of allocated) {
    const [provider = '', resourceClass = ''] = key.split(' ')
    found.push({ kind: 'no_inventory', provider: provider as ProviderId, resourceClass, allocated: sum })
  }
  return found
}

/**
 * Mends what an audit found, looking at each again under its locks: what is right by now is left alone. An orphan is
 * given back only if it has not changed since.
 * @returns what was mended
 */
export async function heal(tx: GlobalTx, findings: readonly Finding[]): Promise<readonly Finding[]> {
  const mended: Finding[] = []
  for (const finding of findings) if (await healOne(tx, finding)) mended.push(finding)
  return mended
}

async function healOne(tx: GlobalTx, finding: Finding): Promise<boolean> {
  switch (finding.kind) {
    case 'orphan':
      return healOrphan(tx, finding.consumer, finding.since)
    case 'no_consumer':
      return healNoConsumer(tx, finding.consumer)
    case 'empty_consumer':
      return healEmpty(tx, finding.consumer)
    case 'miscounted':
      return recount(tx, finding.provider, finding.resourceClass)
    case 'no_inventory':
      return false
  }
}

async function healOrphan(tx: GlobalTx, consumer: ConsumerId, since: number): Promise<boolean> {
  const row = await tables(tx).selectFrom('consumer').select('changed_at').where('id', '=', consumer).executeTakeFirst()
  if (row === undefined || wholeNumber(row.changed_at) !== since) return false
  await release(tx, [consumer])
  return true
}

async function healNoConsumer(tx: GlobalTx, consumer: ConsumerId): Promise<boolean> {
  const row = await tables(tx).selectFrom('consumer').select('id').where('id', '=', consumer).executeTakeFirst()
  const held = gathered(await allocationRows(tx, [consumer], 'plain'))
  if (row !== undefined || held.size === 0) return false
  await tables(tx).deleteFrom('allocation').where('consumer', '=', consumer).execute()
  for (const [provider, resources] of held) {
    for (const resourceClass of Object.keys(resources)) await recount(tx, provider, resourceClass)
  }
  return true
}

async function healEmpty(tx: GlobalTx, consumer: ConsumerId): Promise<boolean> {
  const held = await allocationRows(tx, [consumer], 'plain')
  if (held.length > 0) return false
  const { numDeletedRows } = await tables(tx)
    .deleteFrom('consumer')
    .where('id', '=', consumer)
    .where('holds', '=', 0)
    .executeTakeFirst()
  return Number(numDeletedRows) > 0
}

/** False where the count is right by now. */
async function recount(tx: GlobalTx, provider: ProviderId, resourceClass: string): Promise<boolean> {
  await lockProviders(tx, [provider])
  const sum = await tables(tx)
    .selectFrom('allocation')
    .select(({ fn }) => fn.sum('used').as('used'))
    .where('provider', '=', provider)
    .where('resource_class', '=', resourceClass)
    .executeTakeFirst()
  const used = wholeNumber(sum?.used ?? 0)
  const { numUpdatedRows } = await tables(tx)
    .updateTable('inventory')
    .set({ used })
    .where('provider', '=', provider)
    .where('resource_class', '=', resourceClass)
    .where('used', '!=', used)
    .executeTakeFirst()
  if (Number(numUpdatedRows) === 0) return false
  await markChanged(tx, [provider], 'stays')
  return true
}
