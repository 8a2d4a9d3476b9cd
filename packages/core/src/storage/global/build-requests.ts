import type { Choice, Candidate } from '../../domain/scheduling/decision.ts'
import type { GlobalTables, BuildRequestRow } from './tables.ts'
import type { Kysely } from 'kysely'
import type { GlobalTx } from '../../ports/storage.ts'
import type { HostName, NodeName, OperationId, ProviderId, ServerId, CellId } from '../../domain/ids.ts'
import type { Problem } from '../../domain/error.ts'
import type { Resources } from '../../domain/request-spec/request-spec.ts'
import type { ServerBlueprint } from '../../domain/server/blueprint.ts'
import type { Instant } from '../../domain/unit/units.ts'
import { id } from '../../domain/ids.ts'
import { insert, statement } from '../index.ts'
import { instant } from '../../domain/unit/units.ts'

/** A place to build on, as it is written down. */
export interface Place {
  readonly provider: ProviderId
  readonly host: HostName
  readonly node: NodeName
  readonly cell: CellId
  readonly allocations: Readonly<Record<ProviderId, Resources>>
}

/** An attempt that came to nothing. Attempt 0, of no host: no place was found. */
export interface FailedAttempt {
  readonly attempt: number
  readonly host: HostName | null
  readonly problem: Problem
}

export interface BuildRequest {
  readonly server: ServerId
  readonly operation: OperationId
  readonly blueprint: ServerBlueprint
  readonly deleting: boolean
  readonly attempt: number
  readonly choice: Place | null
  readonly alternates: readonly Place[]
  readonly failures: readonly FailedAttempt[]
  readonly createdAt: Instant
}

/** Under which build requests are handed on by who has just written them, in an operation's memo. */
export const REQUESTS = 'build requests'

/** @returns them as they are then */
export async function addBuildRequests(
  tx: GlobalTx,
  operation: OperationId,
  servers: readonly { readonly server: ServerId; readonly blueprint: ServerBlueprint }[],
): Promise<readonly BuildRequest[]> {
  const at = await tx.now()
  const rows = servers.map(({ server, blueprint }) => ({
    server,
    operation,
    project: blueprint.project,
    user: blueprint.user,
    name: blueprint.name,
    launch_index: blueprint.launchIndex,
    blueprint: JSON.stringify(blueprint),
    deleting: 0,
    mapped: 0,
    closed_attempt: 0,
    attempt: 0,
    choice: null,
    alternates: '[]',
    failures: '[]',
    created_at: at,
  }))
  await insert(tx, 'build_request', rows)
  const fresh = { operation, deleting: false, attempt: 0, choice: null, alternates: [], failures: [], createdAt: at }
  return servers.map((one) => ({ ...fresh, ...one }))
}

const ofOperation = statement((db: Kysely<GlobalTables>, v: { operation: string }) =>
  db.selectFrom('build_request').selectAll().where('operation', '=', v.operation).orderBy('launch_index'),
)

export async function buildRequestsOf(tx: GlobalTx, operation: OperationId): Promise<readonly BuildRequest[]> {
  return (await ofOperation(tx, { operation })).rows.map(toBuildRequest)
}

export async function buildRequest(tx: GlobalTx, server: ServerId): Promise<BuildRequest | null> {
  const row = await tx
    .db<GlobalTables>()
    .selectFrom('build_request')
    .selectAll()
    .where('server', '=', server)
    .executeTakeFirst()
  return row === undefined ? null : toBuildRequest(row)
}

/** What a builder writes between attempts. */
export interface BuildProgress {
  readonly attempt: number
  readonly choice: Place | null
  readonly alternates: readonly Place[]
  readonly failures: readonly FailedAttempt[]
}

/**
 * Records how far the attempts have come, unless the server is being deleted or another attempt is under way.
 * @returns whether it was recorded
 */
export async function changeBuild(tx: GlobalTx, before: BuildRequest, after: BuildProgress): Promise<boolean> {
  const { changed } = await progress(tx, {
    server: before.server,
    attempt: before.attempt,
    next: after.attempt,
    choice: after.choice === null ? null : JSON.stringify(after.choice),
    alternates: JSON.stringify(after.alternates),
    failures: JSON.stringify(after.failures),
  })
  return changed === 1
}

interface Progress {
  readonly server: string
  readonly attempt: number
  readonly next: number
  readonly choice: string | null
  readonly alternates: string
  readonly failures: string
}

const progress = statement((db: Kysely<GlobalTables>, v: Progress) =>
  db
    .updateTable('build_request')
    .set({ attempt: v.next, choice: v.choice, alternates: v.alternates, failures: v.failures })
    .where('server', '=', v.server)
    .where('attempt', '=', v.attempt)
    .where('deleting', '=', 0),
)

/**
 * Says that the server stands in a cell. This and {@link markBuildDeleting} exclude one another: whichever comes first
 * decides in which store a delete is accepted. Again is fine.
 * @returns false where it is being deleted, another attempt is under way, or this one was taken back
 */
export async function markBuildMapped(tx: GlobalTx, server: ServerId, attempt: number): Promise<boolean> {
  return (await map(tx, { server, attempt })).changed === 1
}

const map = statement((db: Kysely<GlobalTables>, v: { server: string; attempt: number }) =>
  db
    .updateTable('build_request')
    .set({ mapped: 1 })
    .where('server', '=', v.server)
    .where('attempt', '=', v.attempt)
    .where('deleting', '=', 0)
    .where('closed_attempt', '<', v.attempt),
)

/**
 * Takes that back, and closes the door for a worker of the same attempt that comes late. Once.
 * @returns false where it was done before, or the server has gone on
 */
export async function closeBuildMapping(tx: GlobalTx, server: ServerId, attempt: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .db<GlobalTables>()
    .updateTable('build_request')
    .set({ mapped: 0, closed_attempt: attempt })
    .where('server', '=', server)
    .where('attempt', '=', attempt)
    .where('closed_attempt', '<', attempt)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Asks whoever builds the server to let go. @returns false where it stands in a cell, or is not being built */
export async function markBuildDeleting(tx: GlobalTx, server: ServerId): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .db<GlobalTables>()
    .updateTable('build_request')
    .set({ deleting: 1 })
    .where('server', '=', server)
    .where('mapped', '=', 0)
    .where('deleting', '=', 0)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** @returns false where it is gone already, or (with `unlessDeleting`) is being deleted */
export async function removeBuildRequest(
  tx: GlobalTx,
  server: ServerId,
  { unlessDeleting = false }: { readonly unlessDeleting?: boolean } = {},
): Promise<boolean> {
  const { changed } = await (unlessDeleting ? removeKept(tx, { server }) : remove(tx, { server }))
  return changed === 1
}

const remove = statement((db: Kysely<GlobalTables>, v: { server: string }) =>
  db.deleteFrom('build_request').where('server', '=', v.server),
)
const removeKept = statement((db: Kysely<GlobalTables>, v: { server: string }) =>
  db.deleteFrom('build_request').where('server', '=', v.server).where('deleting', '=', 0),
)

export function placeOf(candidate: Candidate): Place {
  const { provider, host, node, cell, allocations } = candidate
  return { provider, host, node, cell, allocations: Object.fromEntries(allocations) }
}

export function placesOf(choice: Choice): { readonly choice: Place; readonly alternates: readonly Place[] } {
  return { choice: placeOf(choice.chosen), alternates: choice.alternates.map(placeOf) }
}

export function toBuildRequest(row: BuildRequestRow): BuildRequest {
  let blueprint: ServerBlueprint | null = null
  return {
    server: id<ServerId>(row.server),
    operation: id<OperationId>(row.operation),
    // The longest part, and not all who ask need it.
    get blueprint() {
      return (blueprint ??= JSON.parse(row.blueprint) as ServerBlueprint)
    },
    deleting: row.deleting === 1,
    attempt: row.attempt,
    choice: row.choice === null ? null : (JSON.parse(row.choice) as Place),
    alternates: JSON.parse(row.alternates) as Place[],
    failures: JSON.parse(row.failures) as FailedAttempt[],
    createdAt: instant(row.created_at),
  }
}

/** Servers that stand in no cell yet, of one project or of all. */
export async function pendingOf(tx: GlobalTx, project: string | undefined): Promise<readonly BuildRequest[]> {
  let query = tx.db<GlobalTables>().selectFrom('build_request').selectAll().where('mapped', '=', 0)
  if (project !== undefined) query = query.where('project', '=', project)
  return (await query.execute()).map(toBuildRequest)
}
