import type { CellId, HostName, ImageId, NodeName, ProjectId, ServerId, UserId } from '../../domain/ids.ts'
import type { Fault, Server } from '../../domain/server/server.ts'
import type { Flavor } from '../../domain/flavor/flavor.ts'
import type { InstanceRow } from './tables.ts'
import { id } from '../../domain/ids.ts'
import { instant } from '../../domain/unit/units.ts'
import { statusOf } from '../../domain/server/status.ts'

/** What is shown of an instance. The rest is longer, and only for who builds or moves it. */
export const SHOWN = [
  'id',
  'name',
  'description',
  'project',
  'user',
  'vm_state',
  'task_state',
  'power_state',
  'flavor',
  'image',
  'key_name',
  'metadata',
  'tags',
  'zone',
  'locked',
  'locked_reason',
  'hostname',
  'launch_index',
  'reservation',
  'host',
  'node',
  'epoch',
  'created_at',
  'updated_at',
  'launched_at',
  'deleted_at',
] as const

export type ShownInstance = Pick<InstanceRow, (typeof SHOWN)[number]>

/** A row as the API shows it, with the place that only some may see. */
export function toServer(row: ShownInstance, cell: CellId, fault: Fault | null): Server {
  return {
    id: id<ServerId>(row.id),
    name: row.name,
    description: row.description,
    project: id<ProjectId>(row.project),
    user: id<UserId>(row.user),
    status: statusOf(row.vm_state, row.task_state),
    vmState: row.vm_state,
    taskState: row.task_state,
    powerState: row.power_state,
    flavor: JSON.parse(row.flavor) as Flavor,
    image: row.image === null ? null : id<ImageId>(row.image),
    keyName: row.key_name,
    metadata: JSON.parse(row.metadata) as Record<string, string>,
    tags: JSON.parse(row.tags) as string[],
    zone: row.zone,
    locked: row.locked === 1,
    lockedReason: row.locked_reason,
    hostname: row.hostname,
    launchIndex: row.launch_index,
    reservation: row.reservation,
    fault: row.vm_state === 'error' || row.vm_state === 'deleted' ? fault : null,
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
    launchedAt: row.launched_at === null ? null : instant(row.launched_at),
    deletedAt: row.deleted_at === null ? null : instant(row.deleted_at),
    placement: {
      cell,
      host: row.host === null ? null : id<HostName>(row.host),
      node: row.node === null ? null : id<NodeName>(row.node),
      epoch: row.epoch,
    },
  }
}
