import { placementErrors, wholeNumber, type GlobalTx, type ProviderId } from '@novakit/core'
import { ledgerErrors, told } from '../errors.ts'
import { inBatches } from './batches.ts'
import { lockFeed } from './change-feed.ts'
import { tables, type ProviderRow } from './tables.ts'

/**
 * Reads providers to change them: nobody else changes one until the transaction ends. Their inventories are locked
 * before the feed, as in every claim.
 */
export async function lockProviders(
  tx: GlobalTx,
  ids: readonly ProviderId[],
): Promise<ReadonlyMap<ProviderId, ProviderRow>> {
  if (!tx.dialect.singleWriter) {
    await tables(tx)
      .selectFrom('inventory')
      .select('provider')
      .where('provider', 'in', ids.length === 0 ? [''] : ids)
      .orderBy('provider')
      .orderBy('resource_class')
      .forUpdate()
      .execute()
    await lockFeed(tx)
  }
  const rows = await inBatches(ids, (batch) =>
    tables(tx).selectFrom('resource_provider').selectAll().where('id', 'in', batch).execute(),
  )
  return new Map(rows.map((row) => [row.id as ProviderId, row]))
}

/** @throws `placement.provider_not_found`, `placement.generation_conflict` where one is told and it is another */
export async function lockProvider(tx: GlobalTx, provider: ProviderId, generation?: number): Promise<ProviderRow> {
  const row = (await lockProviders(tx, [provider])).get(provider)
  if (row === undefined) throw told(placementErrors.provider_not_found, { provider })
  checkGeneration(row, generation)
  return row
}

export function checkGeneration(row: ProviderRow, expected: number | undefined): void {
  const found = wholeNumber(row.generation)
  if (expected === undefined || expected === found) return
  throw told(ledgerErrors.generation_conflict, { provider: row.id, expected, found })
}
