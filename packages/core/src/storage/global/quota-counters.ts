import type { GlobalTables } from './tables.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { LimitsInForce } from './quota-limits.ts'
import type { ProjectId, UserId } from '../../domain/ids.ts'
import { insertIgnore } from '../index.ts'
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

/** Counts up within the limit. @throws `quota.exceeded` */
export async function take(tx: GlobalTx, counter: Counter, amount: number, limit: number): Promise<void> {
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
