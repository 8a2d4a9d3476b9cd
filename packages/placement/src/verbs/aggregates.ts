import { wholeNumber, type AggregateId, type GlobalTx, type ProviderId } from '@novakit/core'
import { markChanged } from '../ledger/change-feed.ts'
import { checkCount } from '../ledger/check-tree.ts'
import { lockProvider } from '../ledger/lock-providers.ts'
import { writeAggregates } from '../ledger/provider-parts.ts'
import { tables } from '../ledger/tables.ts'

/** Those of one provider. */
export async function aggregatesOf(tx: GlobalTx, provider: ProviderId): Promise<readonly AggregateId[]> {
  const rows = await tables(tx)
    .selectFrom('provider_aggregate')
    .select('aggregate')
    .where('provider', '=', provider)
    .orderBy('aggregate')
    .execute()
  return rows.map((row) => row.aggregate as AggregateId)
}

/**
 * Replaces them. `generation` is compared where it is told, and grows then, changed or not; without it, as old clients
 * ask, the generation stays.
 * @returns the generation of the provider
 * @throws `placement.provider_not_found`, `placement.generation_conflict`, `placement.provider_too_large`
 */
export async function replaceAggregates(
  tx: GlobalTx,
  provider: ProviderId,
  aggregates: readonly AggregateId[],
  generation?: number,
): Promise<number> {
  const row = await lockProvider(tx, provider, generation)
  checkCount(provider, 'aggregates', aggregates.length)
  const isChanged = await writeAggregates(tx, provider, await aggregatesOf(tx, provider), aggregates)
  if (generation !== undefined) await markChanged(tx, [provider], 'grows')
  else if (isChanged) await markChanged(tx, [provider], 'stays')
  return wholeNumber(row.generation) + (generation === undefined ? 0 : 1)
}
