import { upsert, wholeNumber, type ChangeFeed, type GlobalTx, type ProviderId } from '@novakit/core'
import { inOrder } from './batches.ts'
import { tables, type FeedRow } from './tables.ts'

/**
 * The feed is a number on every provider: the version of its last change. Versions come from one row, whose lock is
 * held until the transaction ends, so they become visible in their order and without gaps that could fill later. That
 * row is the last that a claim takes, since with several writers all others wait for it.
 *
 * Lock order of the whole ledger: consumer, inventory, guard, feed, provider.
 */
const FEED = 1

/** Gives each of these providers a version of its own, and a new generation if that is due. */
export async function markChanged(
  tx: GlobalTx,
  providers: readonly ProviderId[],
  generation: 'grows' | 'stays',
): Promise<void> {
  const ids = inOrder(new Set(providers), (id) => id)
  let version = await takeVersions(tx, ids.length)
  for (const id of ids) {
    await tables(tx)
      .updateTable('resource_provider')
      .set((eb) => ({
        change_version: version,
        ...(generation === 'grows' ? { generation: eb('generation', '+', 1) } : {}),
      }))
      .where('id', '=', id)
      .execute()
    version++
  }
}

/** The first of `count` new versions. */
export async function takeVersions(tx: GlobalTx, count: number): Promise<number> {
  if (count === 0) return 0
  const query = tables(tx)
    .updateTable('placement_feed')
    .set((eb) => ({ version: eb('version', '+', count) }))
    .where('id', '=', FEED)
  if (!tx.dialect.returning) await query.execute()
  const row = tx.dialect.returning ? await query.returning('version').executeTakeFirstOrThrow() : await feed(tx)
  return wholeNumber(row.version) - count + 1
}

/** Providers that are gone, at versions from `version` on. */
export async function recordRemovals(
  tx: GlobalTx,
  removed: readonly { readonly id: ProviderId }[],
  version: number,
): Promise<void> {
  const rows = removed.map(({ id }, index) => ({ provider: id, version: version + index }))
  await upsert(tx, 'placement_change', rows, { key: ['provider'] })
}

/** With several writers: from here on nobody else changes a provider until this transaction ends. */
export async function lockFeed(tx: GlobalTx): Promise<void> {
  if (tx.dialect.singleWriter) return
  await tables(tx).selectFrom('placement_feed').select('version').where('id', '=', FEED).forUpdate().execute()
}

export async function version(tx: GlobalTx): Promise<number> {
  return (await feed(tx)).version
}

async function feed(tx: GlobalTx): Promise<FeedRow> {
  const row = await tables(tx).selectFrom('placement_feed').selectAll().where('id', '=', FEED).executeTakeFirstOrThrow()
  return { id: FEED, version: wholeNumber(row.version), trimmed: wholeNumber(row.trimmed) }
}

/**
 * See the port. Read outside of a transaction, each statement sees a later moment than the one before. So the end is
 * read first, and nothing beyond it is taken: what moves beyond it meanwhile comes the next time.
 */
export async function changes(tx: GlobalTx, since: number, limit: number): Promise<ChangeFeed> {
  const end = await feed(tx)
  if (since < end.trimmed || since > end.version) return { version: end.version, reset: true, changed: [] }
  const present = await tables(tx)
    .selectFrom('resource_provider')
    .select(['id', 'change_version as version'])
    .where('change_version', '>', since)
    .where('change_version', '<=', end.version)
    .orderBy('change_version')
    .limit(limit)
    .execute()
  const gone = await tables(tx)
    .selectFrom('placement_change')
    .select(['provider as id', 'version'])
    .where('version', '>', since)
    .where('version', '<=', end.version)
    .orderBy('version')
    .limit(limit)
    .execute()
  const rows = [...present, ...gone].map((row) => ({ id: row.id as ProviderId, version: wholeNumber(row.version) }))
  const first = rows.toSorted((a, b) => a.version - b.version).slice(0, limit)
  const version = rows.length < limit ? end.version : (first.at(-1)?.version ?? since)
  return { version, reset: false, changed: [...new Set(first.map((row) => row.id))] }
}

/**
 * Forgets removals that are `keep` versions old or older. Whoever has read no further than to one of them is told to
 * start again. To be called now and then; nothing else in the feed grows.
 */
export async function trimChanges(tx: GlobalTx, keep: number): Promise<void> {
  await lockFeed(tx)
  const limit = (await feed(tx)).version - keep
  const last = await tables(tx)
    .selectFrom('placement_change')
    .select('version')
    .where('version', '<=', limit)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last === undefined) return
  await tables(tx).deleteFrom('placement_change').where('version', '<=', last.version).execute()
  await tables(tx).updateTable('placement_feed').set({ trimmed: last.version }).where('id', '=', FEED).execute()
}
