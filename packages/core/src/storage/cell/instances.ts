import type { CellTables, InstanceRow } from './tables.ts'
import type { Kysely } from 'kysely'
import type { CellTx } from '../../ports/storage.ts'
import { id, type HostName, type ImageId, type NodeName, type ServerId } from '../../domain/ids.ts'
import type { PowerState, TaskState, VmState } from '../../domain/server/states.ts'
import type { Instant } from '../../domain/unit/units.ts'
import type { ServerBlueprint } from '../../domain/server/blueprint.ts'
import { locked } from '../dialect/locked.ts'
import { insertIgnore, statement, statements } from '../index.ts'

/** An instance to be, in the state in which it enters its cell. */
export interface NewInstance {
  readonly server: ServerId
  readonly blueprint: ServerBlueprint
  readonly vmState: VmState
  readonly taskState: TaskState | null
  readonly host: HostName | null
  readonly node: NodeName | null
  readonly epoch: number
  /** When it was asked for, not when it came here. */
  readonly createdAt: Instant
}

/** @returns false where it is there already */
export async function addInstance(tx: CellTx, instance: NewInstance): Promise<boolean> {
  return (await insertIgnore(tx, 'instance', [{ ...newRow(instance, await tx.now()) }])) === 1
}

function newRow(instance: NewInstance, now: Instant): InstanceRow {
  const { blueprint } = instance
  return {
    id: instance.server,
    name: blueprint.name,
    description: blueprint.description,
    project: blueprint.project,
    user: blueprint.user,
    vm_state: instance.vmState,
    task_state: instance.taskState,
    power_state: 'nostate',
    flavor: JSON.stringify(blueprint.flavor),
    image: blueprint.image?.id ?? null,
    key_name: blueprint.keys[0]?.name ?? null,
    metadata: JSON.stringify(blueprint.metadata),
    tags: JSON.stringify(blueprint.tags),
    zone: blueprint.zone,
    locked: 0,
    locked_reason: null,
    hostname: blueprint.hostname,
    launch_index: blueprint.launchIndex,
    reservation: blueprint.reservation,
    host: instance.host,
    node: instance.node,
    epoch: instance.epoch,
    sequence: 0,
    answered: 0,
    locked_by: null,
    blueprint: JSON.stringify(blueprint),
    created_at: instance.createdAt,
    updated_at: now,
    launched_at: null,
    deleted_at: null,
    set_aside_at: null,
    shelved_image: null,
  }
}

/** Deleted ones too. */
export async function instanceRow(tx: CellTx, server: ServerId): Promise<InstanceRow | null> {
  return (await whole(tx, { id: server })).rows[0] ?? null
}

const whole = statement((db: Kysely<CellTables>, v: { id: string }) =>
  db.selectFrom('instance').selectAll().where('id', '=', v.id),
)

/** The same, to be written: nobody else changes it until the transaction ends. */
export async function lockedInstanceRow(tx: CellTx, server: ServerId): Promise<InstanceRow | null> {
  if (tx.dialect.singleWriter) return instanceRow(tx, server)
  const query = tx.db<CellTables>().selectFrom('instance').selectAll().where('id', '=', server)
  return (await locked(tx, query).executeTakeFirst()) ?? null
}

/** The instances of a host that are not deleted, by id. */
export async function instanceIdsOn(tx: CellTx, host: HostName, limit?: number): Promise<readonly ServerId[]> {
  const query = tx
    .db<CellTables>()
    .selectFrom('instance')
    .select('id')
    .where('host', '=', host)
    .where('deleted_at', 'is', null)
    .orderBy('id')
  const rows = await (limit === undefined ? query : query.limit(limit)).execute()
  return rows.map((row) => id<ServerId>(row.id))
}

/** Where an instance stands and what is being done to it: little enough to be asked again and again. */
export type InstanceStanding = Pick<InstanceRow, 'host' | 'epoch' | 'task_state'>

const standing = statement((db: Kysely<CellTables>, v: { id: string }) =>
  db.selectFrom('instance').select(['host', 'epoch', 'task_state']).where('id', '=', v.id),
)

/** Deleted ones too. */
export async function instanceStanding(tx: CellTx, server: ServerId): Promise<InstanceStanding | null> {
  return (await standing(tx, { id: server })).rows[0] ?? null
}

/** What a writer believes of an instance. The write happens only if that is so. */
export interface Expectation {
  readonly taskState: TaskState | null
  readonly epoch: number
}

export interface InstanceChange {
  readonly vmState?: VmState
  readonly taskState?: TaskState | null
  readonly powerState?: PowerState
  readonly host?: HostName | null
  readonly node?: NodeName | null
  readonly launchedAt?: Instant
  readonly deletedAt?: Instant
  readonly setAsideAt?: Instant | null
  readonly shelvedImage?: ImageId | null
  readonly zone?: string | null
  readonly name?: string
  readonly description?: string | null
  readonly image?: string | null
  readonly keyName?: string | null
  /** JSON, as are tags, blueprint and flavor. */
  readonly metadata?: string
  readonly tags?: string
  readonly blueprint?: string
  readonly flavor?: string
  readonly locked?: 0 | 1
  readonly lockedReason?: string | null
  readonly lockedBy?: 'owner' | 'admin' | null
  readonly sequence?: number
  readonly answered?: number
  /** The server changes hands. */
  readonly nextEpoch?: number
}

/**
 * The compare-and-set by which an instance changes state.
 * @returns false where somebody else was quicker: the writer has lost and stops
 */
export async function changeInstance(
  tx: CellTx,
  server: ServerId,
  expected: Expectation,
  change: InstanceChange,
): Promise<boolean> {
  const columns = (Object.keys(change) as (keyof InstanceChange)[]).filter((column) => change[column] !== undefined)
  const { taskState: before, epoch } = expected
  const update = changing({ columns: columns.toSorted(), idle: before === null })
  const { changed } = await update(tx, { ...change, server, before, epoch, now: await tx.now() })
  return changed === 1
}

const columnOf = {
  vmState: 'vm_state',
  taskState: 'task_state',
  powerState: 'power_state',
  host: 'host',
  node: 'node',
  launchedAt: 'launched_at',
  deletedAt: 'deleted_at',
  setAsideAt: 'set_aside_at',
  shelvedImage: 'shelved_image',
  zone: 'zone',
  name: 'name',
  description: 'description',
  image: 'image',
  keyName: 'key_name',
  metadata: 'metadata',
  tags: 'tags',
  blueprint: 'blueprint',
  flavor: 'flavor',
  locked: 'locked',
  lockedReason: 'locked_reason',
  sequence: 'sequence',
  answered: 'answered',
  lockedBy: 'locked_by',
  nextEpoch: 'epoch',
} as const satisfies Record<keyof InstanceChange, keyof InstanceRow>

interface Changing extends InstanceChange {
  readonly server: string
  readonly before: TaskState | null
  readonly epoch: number
  readonly now: number
}

interface Shape {
  readonly columns: readonly (keyof InstanceChange)[]
  /** Nothing is under way. */
  readonly idle: boolean
}

/** Few sets of columns are ever changed together. */
const changing = statements(
  ({ columns, idle }: Shape) => `${columns.join()} ${idle}`,
  ({ columns, idle }) =>
    statement((db: Kysely<CellTables>, v: Changing) =>
      db
        .updateTable('instance')
        .set({ updated_at: v.now, ...Object.fromEntries(columns.map((column) => [columnOf[column], v[column]])) })
        .where('id', '=', v.server)
        .where('epoch', '=', v.epoch)
        .where('task_state', idle ? 'is' : '=', idle ? null : v.before)
        .where('deleted_at', 'is', null),
    ),
)

/** Takes an instance that never ran out of the cell, unless it is being deleted. @returns whether it was removed */
export async function removeUnborn(tx: CellTx, server: ServerId, epoch: number): Promise<boolean> {
  const { numDeletedRows } = await tx
    .db<CellTables>()
    .deleteFrom('instance')
    .where('id', '=', server)
    .where('epoch', '=', epoch)
    .where('launched_at', 'is', null)
    .where((where) => where.or([where('task_state', 'is', null), where('task_state', '!=', 'deleting')]))
    .executeTakeFirst()
  return numDeletedRows === 1n
}
