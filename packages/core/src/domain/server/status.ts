import type { TaskState, VmState } from './states.ts'

/** The one-word status that users see (nova/api/openstack/common.py, `_STATE_MAP`). */
export type ServerStatus =
  | 'ACTIVE'
  | 'BUILD'
  | 'REBUILD'
  | 'REBOOT'
  | 'HARD_REBOOT'
  | 'PASSWORD'
  | 'MIGRATING'
  | 'RESIZE'
  | 'VERIFY_RESIZE'
  | 'REVERT_RESIZE'
  | 'SHUTOFF'
  | 'PAUSED'
  | 'SUSPENDED'
  | 'RESCUE'
  | 'SOFT_DELETED'
  | 'SHELVED'
  | 'SHELVED_OFFLOADED'
  | 'DELETED'
  | 'ERROR'
  | 'UNKNOWN'

type Overrides = Partial<Record<TaskState, ServerStatus>>

const rebuilding: Overrides = {
  rebuilding: 'REBUILD',
  rebuild_block_device_mapping: 'REBUILD',
  rebuild_spawning: 'REBUILD',
}
const resizing: Overrides = {
  resize_prep: 'RESIZE',
  resize_migrating: 'RESIZE',
  resize_migrated: 'RESIZE',
  resize_finish: 'RESIZE',
}

const table: Readonly<Record<VmState, readonly [ServerStatus, Overrides?]>> = {
  active: [
    'ACTIVE',
    {
      rebooting: 'REBOOT',
      reboot_pending: 'REBOOT',
      reboot_started: 'REBOOT',
      rebooting_hard: 'HARD_REBOOT',
      reboot_pending_hard: 'HARD_REBOOT',
      reboot_started_hard: 'HARD_REBOOT',
      updating_password: 'PASSWORD',
      migrating: 'MIGRATING',
      ...rebuilding,
      ...resizing,
    },
  ],
  building: ['BUILD'],
  stopped: ['SHUTOFF', { ...resizing, ...rebuilding }],
  resized: ['VERIFY_RESIZE', { resize_reverting: 'REVERT_RESIZE' }],
  paused: ['PAUSED', { migrating: 'MIGRATING' }],
  suspended: ['SUSPENDED'],
  rescued: ['RESCUE'],
  error: ['ERROR', rebuilding],
  deleted: ['DELETED'],
  'soft-delete': ['SOFT_DELETED'],
  shelved: ['SHELVED'],
  shelved_offloaded: ['SHELVED_OFFLOADED'],
}

export function statusOf(vmState: VmState, taskState: TaskState | null): ServerStatus {
  const [status, overrides] = table[vmState]
  return (taskState === null ? undefined : overrides?.[taskState]) ?? status
}
