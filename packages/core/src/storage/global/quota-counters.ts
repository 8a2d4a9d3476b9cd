import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely'
import type { GlobalTables } from './tables.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { LimitsInForce } from './quota-limits.ts'
import type { ProjectId, UserId } from '../../domain/ids.ts'
import { insertIgnore, part, statement, statements } from '../index.ts'
import { locked } from '../dialect/locked.ts'
import { quotaErrors } from '../../domain/quota/errors.ts'
import { UNLIMITED, type QuotaResource } from '../../domain/quota/quota.ts'

/** Who pays. */
export interface Payer {
  readonly project: ProjectId
  readonly user: UserId
}

/** One row of usage. */
export interface Counter {
  readonly resource: QuotaResource
  /** '' for what belongs to a user and to no project. */
  readonly project: string
  /** '' for the whole project. */
  readonly user: string
}

/**
 * Where a resource is counted, the project before the user: always in one order, so that no two transactions wait for
 * each other. A user's part is counted whether it is limited or not, since a limit may be set at any time.
 */
export function countersOf(resource: QuotaResource, { project, user }: Payer): readonly Counter[] {
  if (resource === 'key_pairs') return [{ resource, project: '', user }]
  return [
    { resource, project, user: '' },
    { resource, project, user },
  ]
}

export function limitOf({ resource, project, user }: Counter, limits: LimitsInForce): number {
  if (user === '') return limits.project[resource]
  return limits.user[resource] ?? (project === '' ? limits.project[resource] : UNLIMITED)
}

/** What is to be counted up, and how far it may go. */
export interface Taking {
  readonly counter: Counter
  readonly amount: number
  readonly limit: number
}

/**
 * Counts all of them up within their limits: in one statement where nobody else writes at the same time, else one after
 * another in their order, so that no two transactions wait for each other. @throws `quota.exceeded`
 */
export async function takeAll(tx: GlobalTx, takings: readonly Taking[]): Promise<void> {
  if (tx.dialect.singleWriter && takings.length > 1 && (await takeAtOnce(tx, takings))) return
  for (const { counter, amount, limit } of takings) await take(tx, counter, amount, limit)
}

/** @returns false, and nothing is counted, where one of them is too full or not there yet */
async function takeAtOnce(tx: GlobalTx, takings: readonly Taking[]): Promise<boolean> {
  const values: Record<string, unknown> = {}
  for (const [at, { counter, amount, limit }] of takings.entries()) {
    values[`project ${at}`] = counter.project
    values[`user ${at}`] = counter.user
    values[`resource ${at}`] = counter.resource
    values[`amount ${at}`] = amount
    values[`most ${at}`] = limit === UNLIMITED ? Number.MAX_SAFE_INTEGER : limit - amount
  }
  const short = new Error('a counter is short')
  try {
    await part(tx, async () => {
      const { changed } = await atOnce(takings.length)(tx, values)
      if (changed !== takings.length) throw short
    })
    return true
  } catch (error) {
    if (error === short) return false
    throw error
  }
}

type Values = Readonly<Record<string, any>>

/** By how many counters they are about. */
const atOnce = statements(String, (count: number) => {
  const places = Array.from({ length: count }, (_, at) => at)
  return statement((db: Kysely<GlobalTables>, v: Values) =>
    db
      .updateTable('quota_usage')
      .set((set) => ({ used: added(set, places, v) }))
      .where((where) =>
        where.or(places.map((at) => where.and([isOf(where, at, v), where('used', '<=', v[`most ${at}`])]))),
      ),
  )
})

type Usage = ExpressionBuilder<GlobalTables, 'quota_usage'>

function isOf(where: Usage, at: number, v: Values): Expression<SqlBool> {
  return where.and([
    where('project', '=', v[`project ${at}`]),
    where('user', '=', v[`user ${at}`]),
    where('resource', '=', v[`resource ${at}`]),
  ])
}

function added(set: Usage, places: readonly number[], v: Values): Expression<number> {
  let more = set
    .case()
    .when(isOf(set, 0, v))
    .then(set('used', '+', v['amount 0']))
  for (const at of places.slice(1)) more = more.when(isOf(set, at, v)).then(set('used', '+', v[`amount ${at}`]))
  return more.else(set.ref('used')).end()
}

/** Counts up within the limit. @throws `quota.exceeded` */
async function take(tx: GlobalTx, counter: Counter, amount: number, limit: number): Promise<void> {
  if (await add(tx, counter, amount, limit)) return
  const used = await holdCounter(tx, counter)
  if (await add(tx, counter, amount, limit)) return
  throw quotaErrors.exceeded({ resource: counter.resource, requested: amount, used, limit })
}

/** Counts down. */
export async function putBack(tx: GlobalTx, counter: Counter, amount: number): Promise<void> {
  await add(tx, counter, -amount, UNLIMITED)
}

/** The one write of usage. @returns false where the counter is too full, or not there yet */
async function add(tx: GlobalTx, counter: Counter, amount: number, limit: number): Promise<boolean> {
  let query = tx
    .db<GlobalTables>()
    .updateTable('quota_usage')
    .set((set) => ({ used: set('used', '+', amount) }))
    .where('project', '=', counter.project)
    .where('user', '=', counter.user)
    .where('resource', '=', counter.resource)
  if (limit !== UNLIMITED) query = query.where('used', '<=', limit - amount)
  const { numUpdatedRows } = await query.executeTakeFirst()
  return numUpdatedRows === 1n
}

/** What is used, which nobody else changes until the transaction ends. Makes the counter where there is none. */
export async function holdCounter(tx: GlobalTx, counter: Counter): Promise<number> {
  const { resource, project, user } = counter
  const query = tx
    .db<GlobalTables>()
    .selectFrom('quota_usage')
    .select('used')
    .where('project', '=', project)
    .where('user', '=', user)
    .where('resource', '=', resource)
  const known = await locked(tx, query).executeTakeFirst()
  if (known !== undefined) return known.used
  await insertIgnore(tx, 'quota_usage', [{ resource, project, user, used: 0 }])
  return (await locked(tx, query).executeTakeFirstOrThrow()).used
}

/** What is used as things stand. */
export async function usedOf(tx: GlobalTx, { resource, project, user }: Counter): Promise<number> {
  const row = await tx
    .db<GlobalTables>()
    .selectFrom('quota_usage')
    .select('used')
    .where('project', '=', project)
    .where('user', '=', user)
    .where('resource', '=', resource)
    .executeTakeFirst()
  return row?.used ?? 0
}

/** What is used: of a project, or by a user in it and of what belongs to the user alone. */
export async function usageOf(
  tx: GlobalTx,
  project: ProjectId,
  user: UserId | null,
): Promise<Readonly<Partial<Record<QuotaResource, number>>>> {
  const rows = await tx
    .db<GlobalTables>()
    .selectFrom('quota_usage')
    .select(['resource', 'used'])
    .where('project', 'in', [project, ''])
    .where('user', '=', user ?? '')
    .execute()
  return Object.fromEntries(rows.map((row) => [row.resource, row.used]))
}
