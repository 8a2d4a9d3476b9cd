import { wholeNumber, type AggregateId, type GlobalTx, type ProviderId } from '@novakit/core'
import { paced } from '../ledger/batches.ts'
import { markChanged } from '../ledger/change-feed.ts'
import { lockProvider } from '../ledger/lock-providers.ts'
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
 * @throws `placement.provider_not_found`, `placement.generation_conflict`
 */
export async function replaceAggregates(
  tx: GlobalTx,
  provider: ProviderId,
  aggregates: readonly AggregateId[],
  generation?: number,
): Promise<number> {
  const row = await lockProvider(tx, provider, generation)
  const before = new Set(await aggregatesOf(tx, provider))
  const after = new Set(aggregates)
  const gone = [...before].filter((aggregate) => !after.has(aggregate))
  const rows = [...after].filter((aggregate) => !before.has(aggregate)).map((aggregate) => ({ provider, aggregate }))
  for await (const batch of paced(gone)) {
    await tables(tx)
      .deleteFrom('provider_aggregate')
      .where('provider', '=', provider)
      .where('aggregate', 'in', batch)
      .execute()
  }
  for await (const batch of paced(rows)) await tables(tx).insertInto('provider_aggregate').values(batch).execute()
  if (generation !== undefined) await markChanged(tx, [provider], 'grows')
  else if (gone.length + rows.length > 0) await markChanged(tx, [provider], 'stays')
  return wholeNumber(row.generation) + (generation === undefined ? 0 : 1)
}
