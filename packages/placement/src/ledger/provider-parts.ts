import { placementErrors, upsert, type AggregateId, type GlobalTx, type ProviderId } from '@novakit/core'
import { paced } from './batches.ts'
import { lockFeed, markChanged } from './change-feed.ts'
import { checkTraits } from './check-tree.ts'
import { declareNames } from './names.ts'
import { providers } from './providers.ts'
import { tables } from './tables.ts'

/** See the port. */
export async function setAggregates(
  tx: GlobalTx,
  provider: ProviderId,
  aggregates: readonly AggregateId[],
): Promise<void> {
  await lockFeed(tx)
  const { aggregates: before } = await one(tx, provider)
  if (await writeAggregates(tx, provider, before, aggregates)) await markChanged(tx, [provider], 'grows')
}

/** Makes those that a provider is in these, under locks that the caller has. @returns whether anything changed */
export async function writeAggregates(
  tx: GlobalTx,
  provider: ProviderId,
  before: readonly AggregateId[],
  after: readonly AggregateId[],
): Promise<boolean> {
  const [had, wanted] = [new Set(before), new Set(after)]
  const gone = before.filter((aggregate) => !wanted.has(aggregate))
  const rows = [...wanted].filter((aggregate) => !had.has(aggregate)).map((aggregate) => ({ provider, aggregate }))
  for await (const batch of paced(gone)) {
    await tables(tx)
      .deleteFrom('provider_aggregate')
      .where('provider', '=', provider)
      .where('aggregate', 'in', batch)
      .execute()
  }
  for await (const batch of paced(rows)) await tables(tx).insertInto('provider_aggregate').values(batch).execute()
  return gone.length + rows.length > 0
}

/** See the port. What is added here stays until it is removed here, whatever the host's agent declares. */
export async function changeTraits(
  tx: GlobalTx,
  provider: ProviderId,
  change: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
): Promise<void> {
  const add = [...new Set(change.add)]
  checkTraits(provider, add)
  await lockFeed(tx)
  const before = new Set((await one(tx, provider)).traits)
  await declareNames(tx, 'trait', add)
  const rows = add.map((trait) => ({ provider, trait, declared: 0 }))
  await upsert(tx, 'provider_trait', rows, { key: ['provider', 'trait'] })
  const gone = [...new Set(change.remove)].filter((trait) => before.has(trait) && !add.includes(trait))
  for await (const batch of paced(gone)) {
    await tables(tx).deleteFrom('provider_trait').where('provider', '=', provider).where('trait', 'in', batch).execute()
  }
  if (gone.length > 0 || add.some((trait) => !before.has(trait))) await markChanged(tx, [provider], 'grows')
}

async function one(tx: GlobalTx, provider: ProviderId) {
  const [record] = await providers(tx, [provider])
  if (record === undefined) throw placementErrors.provider_not_found({ provider })
  return record
}
