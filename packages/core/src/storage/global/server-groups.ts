import type { Selectable } from 'kysely'
import type { GlobalTables, ServerGroupRow } from './tables.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { ProjectId, ServerGroupId, ServerId, UserId } from '../../domain/ids.ts'
import type { ServerGroup } from '../../domain/server-group/server-group.ts'
import { id } from '../../domain/ids.ts'
import { insertIgnore } from '../index.ts'
import { instant } from '../../domain/unit/units.ts'
import { locked } from '../dialect/locked.ts'

export async function insertServerGroup(tx: GlobalTx, group: Omit<ServerGroup, 'members'>): Promise<void> {
  const { maxServerPerHost, createdAt, ...same } = group
  const row = { ...same, max_server_per_host: maxServerPerHost, created_at: createdAt } satisfies ServerGroupRow
  await tx.db<GlobalTables>().insertInto('server_group').values(row).execute()
}

/** With the servers in it. */
export async function groupOfServers(tx: GlobalTx, group: ServerGroupId): Promise<ServerGroup | null> {
  const row = await groupsOf(tx, null).where('id', '=', group).executeTakeFirst()
  return row === undefined ? null : ((await withMembers(tx, [row]))[0] ?? null)
}

/** The same, and nobody else deletes it or joins it until the transaction ends. */
export async function holdGroup(tx: GlobalTx, group: ServerGroupId): Promise<ServerGroup | null> {
  const row = await locked(tx, groupsOf(tx, null).where('id', '=', group)).executeTakeFirst()
  return row === undefined ? null : ((await withMembers(tx, [row]))[0] ?? null)
}

/** The rule of a group, without its members. */
export async function groupPolicyOf(
  tx: GlobalTx,
  group: ServerGroupId,
): Promise<Pick<ServerGroup, 'policy' | 'level' | 'maxServerPerHost'> | null> {
  const row = await groupsOf(tx, null).where('id', '=', group).executeTakeFirst()
  if (row === undefined) return null
  return { policy: row.policy, level: row.level, maxServerPerHost: row.max_server_per_host }
}

/** The servers of a group, each with its partition if it has one. */
export async function membersOf(
  tx: GlobalTx,
  group: ServerGroupId,
): Promise<readonly { readonly server: ServerId; readonly partition: string | null }[]> {
  const rows = await tx
    .db<GlobalTables>()
    .selectFrom('server_group_member')
    .select(['server', 'partition'])
    .where('server_group', '=', group)
    .orderBy('server')
    .execute()
  return rows.map(({ server, partition }) => ({ server: id<ServerId>(server), partition }))
}

export interface ServerGroupSelection {
  /** Null: of all projects. */
  readonly project: ProjectId | null
  readonly limit: number
  readonly marker?: string | undefined
}

/** Oldest first. Null where the marker is not among them. */
export async function listServerGroups(
  tx: GlobalTx,
  { project, limit, marker }: ServerGroupSelection,
): Promise<readonly ServerGroup[] | null> {
  let query = groupsOf(tx, project).orderBy('created_at').orderBy('id').limit(limit)
  if (marker !== undefined) {
    const last = await groupsOf(tx, project).where('id', '=', marker).executeTakeFirst()
    if (last === undefined) return null
    query = query.where((where) =>
      where.or([
        where('created_at', '>', last.created_at),
        where.and([where('created_at', '=', last.created_at), where('id', '>', last.id)]),
      ]),
    )
  }
  return withMembers(tx, await query.execute())
}

/** Its members lose their group and stay where they are. */
export async function deleteServerGroup(tx: GlobalTx, group: ServerGroupId): Promise<void> {
  await tx.db<GlobalTables>().deleteFrom('server_group_member').where('server_group', '=', group).execute()
  await tx.db<GlobalTables>().deleteFrom('server_group').where('id', '=', group).execute()
}

/** The servers of all groups that count by one of these levels. */
export async function membersCountedBy(tx: GlobalTx, levels: readonly string[]): Promise<readonly ServerId[]> {
  const rows = await tx
    .db<GlobalTables>()
    .selectFrom('server_group_member')
    .innerJoin('server_group', 'server_group.id', 'server_group_member.server_group')
    .select('server_group_member.server')
    .where('server_group.level', 'in', levels)
    .execute()
  return rows.map(({ server }) => id<ServerId>(server))
}

/** Those that are members already stay so. */
export async function addMembers(
  tx: GlobalTx,
  group: ServerGroupId,
  servers: readonly ServerId[],
  partition: string | null,
): Promise<void> {
  const rows = servers.map((server) => ({ server_group: group, server, partition }))
  await insertIgnore(tx, 'server_group_member', rows)
}

/** A server that is gone is in no group. */
export async function leaveGroups(tx: GlobalTx, server: ServerId): Promise<void> {
  await tx.db<GlobalTables>().deleteFrom('server_group_member').where('server', '=', server).execute()
}

function groupsOf(tx: GlobalTx, project: ProjectId | null) {
  const all = tx.db<GlobalTables>().selectFrom('server_group').selectAll()
  return project === null ? all : all.where('project', '=', project)
}

async function withMembers(tx: GlobalTx, rows: readonly Selectable<ServerGroupRow>[]): Promise<readonly ServerGroup[]> {
  if (rows.length === 0) return []
  const groups = rows.map((row) => row.id)
  const members = await tx
    .db<GlobalTables>()
    .selectFrom('server_group_member')
    .selectAll()
    .where('server_group', 'in', groups)
    .orderBy('server')
    .execute()
  const byGroup = Map.groupBy(members, (member) => member.server_group)
  return rows.map((row) =>
    toServerGroup(
      row,
      (byGroup.get(row.id) ?? []).map((member) => id<ServerId>(member.server)),
    ),
  )
}

function toServerGroup(row: Selectable<ServerGroupRow>, members: readonly ServerId[]): ServerGroup {
  return {
    id: id<ServerGroupId>(row.id),
    name: row.name,
    project: id<ProjectId>(row.project),
    user: id<UserId>(row.user),
    policy: row.policy,
    level: row.level,
    maxServerPerHost: row.max_server_per_host,
    members,
    createdAt: instant(row.created_at),
  }
}
