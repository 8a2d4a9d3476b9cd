import type { CellTables, InstanceRow } from './tables.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { HostName, NodeName, ServerId } from '../../domain/ids.ts'
import type { PowerState, TaskState, VmState } from '../../domain/server/states.ts'
import type { Instant } from '../../domain/unit/units.ts'
import type { ServerBlueprint } from '../../domain/server/blueprint.ts'
import { insertIgnore } from '../index.ts'

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
    blueprint: JSON.stringify(blueprint),
    created_at: instance.createdAt,
    updated_at: now,
    launched_at: null,
    deleted_at: null,
  }
}

/** Deleted ones too. */
export async function instanceRow(tx: CellTx, server: ServerId): Promise<InstanceRow | null> {
  const row = await tx.db<CellTables>().selectFrom('instance').selectAll().where('id', '=', server).executeTakeFirst()
  return row ?? null
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
  const { numUpdatedRows } = await tx
    .db<CellTables>()
    .updateTable('instance')
    .set({
      updated_at: await tx.now(),
      ...(change.vmState === undefined ? {} : { vm_state: change.vmState }),
      ...(change.taskState === undefined ? {} : { task_state: change.taskState }),
      ...(change.powerState === undefined ? {} : { power_state: change.powerState }),
      ...(change.host === undefined ? {} : { host: change.host }),
      ...(change.node === undefined ? {} : { node: change.node }),
      ...(change.launchedAt === undefined ? {} : { launched_at: change.launchedAt }),
      ...(change.deletedAt === undefined ? {} : { deleted_at: change.deletedAt }),
    })
    .where('id', '=', server)
    .where('epoch', '=', expected.epoch)
    .where('task_state', expected.taskState === null ? 'is' : '=', expected.taskState)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

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
