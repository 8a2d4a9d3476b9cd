import type { GlobalTables } from './tables.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { Kysely } from 'kysely'
import type { ProjectId, UserId } from '../../domain/ids.ts'
import { defaultLimits, type QuotaResource } from '../../domain/quota/quota.ts'
import { statement, upsert } from '../index.ts'

export type QuotaLimits = Readonly<Record<QuotaResource, number>>
export type SomeLimits = Readonly<Partial<QuotaLimits>>

/** What holds for a user in a project. */
export interface LimitsInForce {
  /** The project's own, else the defaults set here, else those of the code. */
  readonly project: QuotaLimits
  /** Those set for the user in this project. They hold beside the project's, and not instead. */
  readonly user: SomeLimits
}

/** Whose limits are set: those of all projects that have none, of a project, or of a user in it. */
export interface LimitScope {
  readonly project: ProjectId | null
  readonly user: UserId | null
}

export const DEFAULTS: LimitScope = { project: null, user: null }

const limitRows = statement((db: Kysely<GlobalTables>, v: { project: string; user: string }) =>
  db.selectFrom('quota_limit').selectAll().where('project', 'in', ['', v.project]).where('user', 'in', ['', v.user]),
)

export async function limitsInForce(tx: GlobalTx, project: ProjectId, user: UserId | null): Promise<LimitsInForce> {
  const { rows } = await limitRows(tx, { project, user: user ?? '' })
  const of = (inProject: string, ofUser: string): SomeLimits =>
    Object.fromEntries(
      rows.filter((row) => row.project === inProject && row.user === ofUser).map((row) => [row.resource, row.amount]),
    )
  return {
    project: { ...defaultLimits, ...of('', ''), ...of(project, '') },
    user: user === null ? {} : of(project, user),
  }
}

export async function defaultsInForce(tx: GlobalTx): Promise<QuotaLimits> {
  const rows = await tx
    .db<GlobalTables>()
    .selectFrom('quota_limit')
    .select(['resource', 'amount'])
    .where('project', '=', '')
    .where('user', '=', '')
    .execute()
  return { ...defaultLimits, ...Object.fromEntries(rows.map((row) => [row.resource, row.amount])) }
}

/** What is not named keeps its limit. Nobody loses what they have where a limit comes to lie below it. */
export async function setLimits(tx: GlobalTx, scope: LimitScope, limits: SomeLimits): Promise<void> {
  const whose = { project: scope.project ?? '', user: scope.user ?? '' }
  const rows = Object.entries(limits).map(([resource, amount]) => ({ ...whose, resource, amount }))
  await upsert(tx, 'quota_limit', rows, { key: ['project', 'user', 'resource'] })
}

/** Forgets the limits of a user in a project, or those of the project and of all users in it. */
export async function resetLimits(tx: GlobalTx, project: ProjectId, user: UserId | null): Promise<void> {
  let query = tx.db<GlobalTables>().deleteFrom('quota_limit').where('project', '=', project)
  if (user !== null) query = query.where('user', '=', user)
  await query.execute()
}
