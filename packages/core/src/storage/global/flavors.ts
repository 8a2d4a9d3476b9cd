import type { Kysely, Selectable } from 'kysely'
import type { Flavor } from '../../domain/flavor/flavor.ts'
import type { FlavorId, ProjectId } from '../../domain/ids.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { FlavorRow, GlobalTables } from './tables.ts'
import { id } from '../../domain/ids.ts'
import { gib, mib, vcpus } from '../../domain/unit/units.ts'
import { insertIgnore, statement } from '../index.ts'
import { locked } from '../dialect/locked.ts'

/** @returns false where its name or its id is taken */
export async function insertFlavor(tx: GlobalTx, flavor: Flavor): Promise<boolean> {
  const { isPublic, extraSpecs, ...same } = flavor
  const row = {
    ...same,
    is_public: isPublic ? 1 : 0,
    extra_specs: JSON.stringify(extraSpecs),
    created_at: await tx.now(),
  } satisfies FlavorRow
  return (await insertIgnore(tx, 'flavor', [row])) === 1
}

/**
 * By id, or else by name.
 * @param visibleTo whose public and granted flavors are looked among; null looks among all
 */
export async function findFlavor(tx: GlobalTx, idOrName: string, visibleTo: ProjectId | null): Promise<Flavor | null> {
  const { rows } = await (visibleTo === null ? namedAmongAll(tx, { idOrName }) : named(tx, { idOrName, visibleTo }))
  const row = rows.find((each) => each.id === idOrName) ?? rows[0]
  return row === undefined ? null : toFlavor(row)
}

const named = statement((db: Kysely<GlobalTables>, v: { idOrName: string; visibleTo: ProjectId }) =>
  flavorsVisibleTo(db, v.visibleTo).where((where) =>
    where.or([where('id', '=', v.idOrName), where('name', '=', v.idOrName)]),
  ),
)
const namedAmongAll = statement((db: Kysely<GlobalTables>, v: { idOrName: string }) =>
  flavorsVisibleTo(db, null).where((where) => where.or([where('id', '=', v.idOrName), where('name', '=', v.idOrName)])),
)

const columnOf = {
  id: 'id',
  name: 'name',
  vcpus: 'vcpus',
  memory: 'memory',
  disk: 'disk',
  ephemeral: 'ephemeral',
  swap: 'swap',
  createdAt: 'created_at',
} as const

export type FlavorSortKey = keyof typeof columnOf
export const flavorSortKeys = Object.keys(columnOf) as FlavorSortKey[]

export interface FlavorSelection {
  readonly visibleTo: ProjectId | null
  readonly public?: boolean | undefined
  readonly minMemory: number
  readonly minDisk: number
  readonly sortBy: FlavorSortKey
  readonly descending: boolean
  readonly limit: number
  readonly marker?: string | undefined
}

/** Null where the marker is not among the flavors that are visible. */
export async function listFlavors(tx: GlobalTx, selection: FlavorSelection): Promise<readonly Flavor[] | null> {
  const { visibleTo, sortBy, descending, limit, marker } = selection
  const column = columnOf[sortBy]
  const direction = descending ? 'desc' : 'asc'
  let query = flavorsVisibleTo(tx.db(), visibleTo)
    .where('memory', '>=', selection.minMemory)
    .where('disk', '>=', selection.minDisk)
    .orderBy(column, direction)
    .orderBy('id', direction)
    .limit(limit)
  if (selection.public !== undefined) query = query.where('is_public', '=', selection.public ? 1 : 0)
  if (marker !== undefined) {
    const last = await flavorsVisibleTo(tx.db(), visibleTo).where('id', '=', marker).executeTakeFirst()
    if (last === undefined) return null
    const beyond = descending ? '<' : '>'
    query = query.where((where) =>
      where.or([
        where(column, beyond, last[column]),
        where.and([where(column, '=', last[column]), where('id', beyond, last.id)]),
      ]),
    )
  }
  return (await query.execute()).map(toFlavor)
}

function flavorsVisibleTo(db: Kysely<GlobalTables>, project: ProjectId | null) {
  const all = db.selectFrom('flavor').selectAll('flavor')
  if (project === null) return all
  return all.where((where) =>
    where.or([
      where('is_public', '=', 1),
      where.exists(
        where
          .selectFrom('flavor_access')
          .select('flavor_access.flavor')
          .whereRef('flavor_access.flavor', '=', 'flavor.id')
          .where('flavor_access.project', '=', project),
      ),
    ]),
  )
}

/** As {@link findFlavor} by id, and nobody else changes it until the transaction ends. */
export async function lockFlavor(tx: GlobalTx, flavor: FlavorId): Promise<Flavor | null> {
  const query = tx.db<GlobalTables>().selectFrom('flavor').selectAll().where('id', '=', flavor)
  const row = await locked(tx, query).executeTakeFirst()
  return row === undefined ? null : toFlavor(row)
}

export async function changeFlavor(
  tx: GlobalTx,
  flavor: FlavorId,
  change: Partial<Pick<Flavor, 'description' | 'extraSpecs'>>,
): Promise<void> {
  const { description, extraSpecs } = change
  await tx
    .db<GlobalTables>()
    .updateTable('flavor')
    .set({
      ...(description === undefined ? {} : { description }),
      ...(extraSpecs === undefined ? {} : { extra_specs: JSON.stringify(extraSpecs) }),
    })
    .where('id', '=', flavor)
    .execute()
}

/** With its access list. */
export async function deleteFlavor(tx: GlobalTx, flavor: FlavorId): Promise<void> {
  await tx.db<GlobalTables>().deleteFrom('flavor_access').where('flavor', '=', flavor).execute()
  await tx.db<GlobalTables>().deleteFrom('flavor').where('id', '=', flavor).execute()
}

export async function accessOf(tx: GlobalTx, flavor: FlavorId): Promise<readonly ProjectId[]> {
  const rows = await tx
    .db<GlobalTables>()
    .selectFrom('flavor_access')
    .select('project')
    .where('flavor', '=', flavor)
    .orderBy('project')
    .execute()
  return rows.map((row) => id<ProjectId>(row.project))
}

/** @returns false where the project has access already */
export async function grantAccess(tx: GlobalTx, flavor: FlavorId, project: ProjectId): Promise<boolean> {
  return (await insertIgnore(tx, 'flavor_access', [{ flavor, project }])) === 1
}

/** @returns false where the project has no access */
export async function revokeAccess(tx: GlobalTx, flavor: FlavorId, project: ProjectId): Promise<boolean> {
  const { numDeletedRows } = await tx
    .db<GlobalTables>()
    .deleteFrom('flavor_access')
    .where('flavor', '=', flavor)
    .where('project', '=', project)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

function toFlavor(row: Selectable<FlavorRow>): Flavor {
  return {
    id: id<FlavorId>(row.id),
    name: row.name,
    vcpus: vcpus(row.vcpus),
    memory: mib(row.memory),
    disk: gib(row.disk),
    ephemeral: gib(row.ephemeral),
    swap: mib(row.swap),
    isPublic: row.is_public === 1,
    description: row.description,
    extraSpecs: JSON.parse(row.extra_specs) as Record<string, string>,
  }
}
