import { statement, upsert, wholeNumber, type ChangeFeed, type GlobalTx, type ProviderId } from '@novakit/core'
import type { Expression, Kysely } from 'kysely'
import { inOrder } from './batches.ts'
import { givenNow, nowIn } from './now.ts'
import { tables, type LedgerTables } from './tables.ts'

/**
 * The feed is a number on every provider: the version of its last change. With several writers, versions come from one
 * row, whose lock is held until the transaction ends, so they become visible in their order and without gaps that could
 * fill later. That row is the last that a claim takes, since all other writers wait for it. A database of one writer
 * needs no such row: the next version is one more than the greatest that a provider has.
 *
 * Lock order of the whole ledger: consumer, inventory, guard, feed, provider.
 */
const FEED = 1

type Generation = 'grows' | 'stays'

/** Up to so many providers each look for the end of the feed; for more of them it is looked up once. */
const FEW = 20

/** Gives each of these providers a version of its own, and a new generation if that is due. */
export async function markChanged(
  tx: GlobalTx,
  providers: readonly ProviderId[],
  generation: Generation,
): Promise<void> {
  const ids = inOrder(new Set(providers), (id) => id)
  const now = await givenNow(tx)
  if (tx.dialect.singleWriter && ids.length <= FEW) {
    for (const id of ids) await markNext[generation](tx, { id, now, feed: FEED })
    return
  }
  let version = await takeVersions(tx, ids.length)
  for (const id of ids) await mark[generation](tx, { id, now, version: version++ })
}

const mark = {
  grows: statement((db: Kysely<LedgerTables>, v: { id: string; now: number; version: number }, dialect) =>
    db
      .updateTable('resource_provider')
      .set((eb) => ({
        change_version: v.version,
        changed_at: nowIn(dialect, v.now),
        generation: eb('generation', '+', 1),
      }))
      .where('id', '=', v.id),
  ),
  stays: statement((db: Kysely<LedgerTables>, v: { id: string; now: number; version: number }, dialect) =>
    db
      .updateTable('resource_provider')
      .set({ change_version: v.version, changed_at: nowIn(dialect, v.now) })
      .where('id', '=', v.id),
  ),
}

/** Marks one provider in a database of one writer. */
export async function markOne(tx: GlobalTx, id: ProviderId, generation: Generation): Promise<Marked> {
  const [row] = (await markNext[generation](tx, { id, now: await givenNow(tx), feed: FEED })).rows
  if (row === undefined) throw new Error(`Provider ${id} went while it was written.`)
  return {
    version: wholeNumber(row.change_version),
    generation: wholeNumber(row.generation),
    changedAt: wholeNumber(row.changed_at),
  }
}

interface Marked {
  readonly version: number
  readonly generation: number
  readonly changedAt: number
}

const markNext = {
  grows: statement((db: Kysely<LedgerTables>, v: { id: string; now: number; feed: number }) =>
    db
      .updateTable('resource_provider')
      .set((eb) => ({
        change_version: eb(endOf(db, v.feed), '+', 1),
        changed_at: v.now,
        generation: eb('generation', '+', 1),
      }))
      .where('id', '=', v.id)
      .returning(['change_version', 'generation', 'changed_at']),
  ),
  stays: statement((db: Kysely<LedgerTables>, v: { id: string; now: number; feed: number }) =>
    db
      .updateTable('resource_provider')
      .set((eb) => ({ change_version: eb(endOf(db, v.feed), '+', 1), changed_at: v.now }))
      .where('id', '=', v.id)
      .returning(['change_version', 'generation', 'changed_at']),
  ),
}

/** Where the feed ends: a subquery. */
function endOf(db: Kysely<LedgerTables>, feedId: number): Expression<number> {
  return db
    .selectFrom('placement_feed')
    .select((eb) => {
      const greatest = eb
        .selectFrom('resource_provider')
        .select((inner) => inner.fn.coalesce(inner.fn.max('change_version'), inner.lit(0)).as('greatest'))
      return eb.case().when(greatest, '>', eb.ref('version')).then(greatest).else(eb.ref('version')).end().as('ends_at')
    })
    .where('id', '=', feedId) as unknown as Expression<number>
}

/** The first of `count` new versions. */
export async function takeVersions(tx: GlobalTx, count: number): Promise<number> {
  if (count === 0) return 0
  if (!tx.dialect.singleWriter) return (await addToFeed(tx, count)) - count + 1
  const { version } = await feed(tx)
  await setFeed(tx, { version: version + count, feed: FEED })
  return version + 1
}

const setFeed = statement((db: Kysely<LedgerTables>, v: { version: number; feed: number }) =>
  db.updateTable('placement_feed').set({ version: v.version }).where('id', '=', v.feed),
)

/** Takes the lock of the row. */
async function addToFeed(tx: GlobalTx, count: number): Promise<number> {
  const query = tables(tx)
    .updateTable('placement_feed')
    .set((eb) => ({ version: eb('version', '+', count) }))
    .where('id', '=', FEED)
  if (!tx.dialect.returning) await query.execute()
  const row = tx.dialect.returning ? await query.returning('version').executeTakeFirstOrThrow() : await feed(tx)
  return wholeNumber(row.version)
}

/** Providers that are gone, at versions from `version` on. */
export async function recordRemovals(
  tx: GlobalTx,
  removed: readonly { readonly id: ProviderId }[],
  version: number,
): Promise<void> {
  const rows = removed.map(({ id }, index) => ({ provider: id, version: version + index }))
  await upsert(tx, 'placement_change', rows, { key: ['provider'] })
  if (rows.length > 0) await trimChanges(tx, REMOVALS_KEPT)
}

/**
 * So many versions long a removal is remembered: some minutes of the busiest cloud, days of most. It is what the feed
 * holds at most beside the providers that are there.
 */
const REMOVALS_KEPT = 200_000

/** With several writers: from here on nobody else changes a provider until this transaction ends. */
export async function lockFeed(tx: GlobalTx): Promise<void> {
  if (tx.dialect.singleWriter) return
  await tables(tx).selectFrom('placement_feed').select('version').where('id', '=', FEED).forUpdate().execute()
}

export async function version(tx: GlobalTx): Promise<number> {
  return (await feed(tx)).version
}

const readFeed = statement((db: Kysely<LedgerTables>, v: { feed: number }) =>
  db
    .selectFrom('placement_feed')
    .select(['version', 'trimmed'])
    .select((eb) =>
      eb
        .selectFrom('resource_provider')
        .select((inner) => inner.fn.max('change_version').as('change_version'))
        .as('greatest'),
    )
    .where('id', '=', v.feed),
)

interface End {
  readonly version: number
  readonly trimmed: number
  /** No provider was removed at a later version. */
  readonly removals: number
}

async function feed(tx: GlobalTx): Promise<End> {
  const [row] = (await readFeed(tx, { feed: FEED })).rows
  if (row === undefined) throw new Error('The change feed of the ledger has no row.')
  const removals = wholeNumber(row.version)
  const version = Math.max(removals, wholeNumber(row.greatest ?? 0))
  return { version, trimmed: wholeNumber(row.trimmed), removals }
}

/**
 * See the port. Read outside of a transaction, each statement sees a later moment than the one before. So the end is
 * read first, and nothing beyond it is taken: what moves beyond it meanwhile comes the next time.
 */
export async function changes(tx: GlobalTx, since: number, limit: number): Promise<ChangeFeed> {
  const end = await feed(tx)
  if (since < end.trimmed || since > end.version) return { version: end.version, reset: true, changed: [] }
  if (since === end.version) return { version: since, reset: false, changed: [] }
  const between = { since, end: end.version, limit }
  const present = (await presentBetween(tx, between)).rows
  const gone = end.removals > since ? (await goneBetween(tx, between)).rows : []
  const rows = [...present, ...gone].map((row) => ({ id: row.id as ProviderId, version: wholeNumber(row.version) }))
  const first = rows.toSorted((a, b) => a.version - b.version).slice(0, limit)
  const version = rows.length < limit ? end.version : (first.at(-1)?.version ?? since)
  return { version, reset: false, changed: [...new Set(first.map((row) => row.id))] }
}

interface Between {
  since: number
  end: number
  limit: number
}

const presentBetween = statement((db: Kysely<LedgerTables>, v: Between) =>
  db
    .selectFrom('resource_provider')
    .select(['id', 'change_version as version'])
    .where('change_version', '>', v.since)
    .where('change_version', '<=', v.end)
    .orderBy('change_version')
    .limit(v.limit),
)

const goneBetween = statement((db: Kysely<LedgerTables>, v: Between) =>
  db
    .selectFrom('placement_change')
    .select(['provider as id', 'version'])
    .where('version', '>', v.since)
    .where('version', '<=', v.end)
    .orderBy('version')
    .limit(v.limit),
)

/**
 * Forgets removals that are `keep` versions old or older. Whoever has read no further than to one of them is told to
 * start again. Each removal does it with those of 200,000 versions ago, and nothing else in the feed grows: so nobody
 * needs to call it, but who wants it shorter may.
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
