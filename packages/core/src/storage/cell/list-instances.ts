import type { CellTables, InstanceRow } from './tables.ts'
import type { ShownInstance } from './to-server.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { ExpressionBuilder, SqlBool } from 'kysely'
import type { ServerStatus } from '../../domain/server/status.ts'
import { ExpressionWrapper, sql } from 'kysely'
import { statusOf } from '../../domain/server/status.ts'
import { SHOWN } from './to-server.ts'
import { taskStates, vmStates } from '../../domain/server/states.ts'

export type SortColumn = 'created_at' | 'updated_at' | 'name'

/** What to list. Undefined is "whatever". */
export interface InstanceSelection {
  readonly project?: string | undefined
  readonly user?: string | undefined
  readonly ids?: readonly string[] | undefined
  readonly namePart?: string | undefined
  readonly statuses?: readonly ServerStatus[] | undefined
  readonly flavor?: string | undefined
  readonly image?: string | undefined
  readonly keyName?: string | undefined
  readonly reservation?: string | undefined
  readonly zone?: string | undefined
  readonly host?: string | undefined
  readonly locked?: boolean | undefined
  readonly changesSince?: number | undefined
  readonly changesBefore?: number | undefined
  readonly deleted: 'no' | 'only' | 'too'
  readonly sort: SortColumn
  readonly descending: boolean
  /** The place of the last one that was shown: only what comes after it. */
  readonly after?: { readonly value: string | number; readonly id: string } | undefined
  readonly limit: number
}

type Where = ExpressionBuilder<CellTables, 'instance'>
type Condition = ExpressionWrapper<CellTables, 'instance', SqlBool>

/** In the order asked for; servers that are equal in it by id. */
export async function listInstances(tx: CellTx, selection: InstanceSelection): Promise<readonly ShownInstance[]> {
  const { sort, descending, limit } = selection
  const direction = descending ? 'desc' : 'asc'
  return tx
    .db<CellTables>()
    .selectFrom('instance')
    .select(SHOWN)
    .where((where) => where.and(conditionsOf(where, selection)))
    .orderBy(sort, direction)
    .orderBy('id', direction)
    .limit(limit)
    .execute()
}

function conditionsOf(where: Where, selection: InstanceSelection): Condition[] {
  const equal = ([column, value]: readonly [keyof InstanceRow, string | number | undefined]): Condition[] =>
    value === undefined ? [] : [where(column, '=', value as never)]
  const { changesSince, changesBefore, ids, namePart, statuses, after } = selection
  return [
    ...equal(['project', selection.project]),
    ...equal(['user', selection.user]),
    ...equal(['image', selection.image]),
    ...equal(['key_name', selection.keyName]),
    ...equal(['reservation', selection.reservation]),
    ...equal(['zone', selection.zone]),
    ...equal(['host', selection.host]),
    ...equal(['locked', selection.locked === undefined ? undefined : Number(selection.locked)]),
    ...standingIn(where, selection),
    ...(ids === undefined ? [] : [where('id', 'in', ids)]),
    ...(changesSince === undefined ? [] : [where('updated_at', '>=', changesSince)]),
    ...(changesBefore === undefined ? [] : [where('updated_at', '<=', changesBefore)]),
    ...(namePart === undefined ? [] : [nameHas(where, namePart)]),
    ...(selection.flavor === undefined ? [] : [flavorIs(where, selection.flavor)]),
    ...(statuses === undefined ? [] : [where.or(statuses.map((status) => statusIs(where, status)))]),
    ...(after === undefined ? [] : [comesAfter(where, selection, after)]),
  ]
}

/**
 * What can still be had back counts as deleted, unless it is asked for by its status (nova/db/main/api.py,
 * `instance_get_all_by_filters_sort`).
 */
function standingIn(where: Where, { deleted, statuses = [] }: InstanceSelection): Condition[] {
  if (deleted === 'too') return []
  const soft = where('vm_state', '=', 'soft-delete')
  if (deleted === 'only') return [where.or([where('deleted_at', 'is not', null), soft])]
  const there = where('deleted_at', 'is', null)
  return statuses.includes('SOFT_DELETED') ? [there] : [there, where('vm_state', '!=', 'soft-delete')]
}

/**
 * The user's text is taken as it is: `%` and `_` stand for themselves. Which letters have cases is the database's
 * opinion (SQLite's: those of ASCII), so it is asked about both sides.
 */
function nameHas(where: Where, part: string): Condition {
  const escaped = part.replaceAll(/[|%_]/g, (sign) => `|${sign}`)
  return new ExpressionWrapper(
    sql<SqlBool>`lower(${sql.ref('name')}) like lower(${`%${escaped}%`}) escape '|'`.toOperationNode(),
  )
}

/** The copy that the server carries begins with the flavor's id. */
function flavorIs(where: Where, flavor: string): Condition {
  const start = `{"id":${JSON.stringify(flavor)},`.replaceAll(/[|%_]/g, (sign) => `|${sign}`)
  return new ExpressionWrapper(sql<SqlBool>`${sql.ref('flavor')} like ${`${start}%`} escape '|'`.toOperationNode())
}

/** All pairs of states that show as this status. */
function statusIs(where: Where, status: ServerStatus): Condition {
  const pairs = vmStates.flatMap((vmState) => {
    const tasks = taskStates.filter((task) => statusOf(vmState, task) === status)
    const idle = statusOf(vmState, null) === status
    if (tasks.length === taskStates.length && idle) return [where('vm_state', '=', vmState)]
    if (tasks.length === 0 && !idle) return []
    const inTask = tasks.length === 0 ? [] : [where('task_state', 'in', tasks)]
    return [
      where.and([
        where('vm_state', '=', vmState),
        where.or([...inTask, ...(idle ? [where('task_state', 'is', null)] : [])]),
      ]),
    ]
  })
  return where.or(pairs)
}

function comesAfter(
  where: Where,
  { sort, descending }: InstanceSelection,
  { value, id }: { readonly value: string | number; readonly id: string },
): Condition {
  const beyond = descending ? '<' : '>'
  return where.or([
    where(sort, beyond, value as never),
    where.and([where(sort, '=', value as never), where('id', beyond, id)]),
  ])
}
