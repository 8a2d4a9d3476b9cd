import type { TaskState, VmState } from './states.ts'
import { taskStates, vmStates } from './states.ts'

/** From which resting states, during which tasks, an action may begin, what it sets, and where it ends. */
export interface Move {
  readonly from: readonly VmState[]
  /** Task states the action may interrupt; `null` is "nothing under way", 'any' means whatever it is. */
  readonly during: readonly (TaskState | null)[] | 'any'
  /** Task states it goes through, first to last. Empty: the action is over when it is accepted. */
  readonly through: readonly TaskState[]
  /** Where the server rests afterwards: a state, or as it was before. */
  readonly to: VmState | 'unchanged' | 'as_before_resize'
  /** Where it rests when the host could not do it. */
  readonly onFailure: 'error' | 'unchanged'
  /** A locked server refuses this to its owner; only an administrator may. */
  readonly heededByLock: boolean
  /** The server must have been started once. */
  readonly mustHaveLaunched: boolean
}

const everywhere: readonly VmState[] = vmStates
const idle: readonly null[] = [null]

function move(
  from: readonly VmState[],
  during: Move['during'],
  through: readonly TaskState[],
  to: Move['to'],
  more: Partial<Pick<Move, 'onFailure' | 'heededByLock' | 'mustHaveLaunched'>> = {},
): Move {
  return { from, during, through, to, onFailure: 'unchanged', heededByLock: true, mustHaveLaunched: true, ...more }
}

const hardRebootInterrupts: readonly (TaskState | null)[] = [
  null,
  'rebooting',
  'reboot_pending',
  'reboot_started',
  'resuming',
  'rebooting_hard',
  'unpausing',
  'pausing',
  'suspending',
]
const attachable: readonly VmState[] = [
  'active',
  'paused',
  'stopped',
  'resized',
  'soft-delete',
  'shelved',
  'shelved_offloaded',
]
const snapshotable: readonly VmState[] = ['active', 'stopped', 'paused', 'suspended']

/**
 * The legal moves of a server: the one table that API, conductor, agent and docs read. It follows the guards of Nova's
 * `nova/compute/api.py` (`check_instance_state`) and the ends of `nova/compute/manager.py`, master of 2026-08.
 */
export const moves = {
  create: move([], idle, ['scheduling', 'networking', 'block_device_mapping', 'spawning'], 'active', {
    onFailure: 'error',
    mustHaveLaunched: false,
  }),
  start: move(['stopped'], idle, ['powering-on'], 'active'),
  stop: move(['active', 'error'], idle, ['powering-off'], 'stopped'),
  rebootSoft: move(['active'], idle, ['rebooting', 'reboot_pending', 'reboot_started'], 'active', {
    onFailure: 'error',
  }),
  rebootHard: move(
    ['active', 'stopped', 'paused', 'suspended', 'error'],
    hardRebootInterrupts,
    ['rebooting_hard', 'reboot_pending_hard', 'reboot_started_hard'],
    'active',
    { onFailure: 'error' },
  ),
  pause: move(['active'], idle, ['pausing'], 'paused'),
  unpause: move(['paused'], idle, ['unpausing'], 'active'),
  suspend: move(['active'], idle, ['suspending'], 'suspended'),
  resume: move(['suspended'], idle, ['resuming'], 'active', { onFailure: 'error' }),
  rescue: move(['active', 'stopped', 'error'], idle, ['rescuing'], 'rescued', { onFailure: 'error' }),
  unrescue: move(['rescued'], idle, ['unrescuing'], 'active', { onFailure: 'error' }),
  createImage: move(
    snapshotable,
    idle,
    ['image_snapshot_pending', 'image_snapshot', 'image_pending_upload', 'image_uploading'],
    'unchanged',
    { heededByLock: false },
  ),
  createBackup: move(snapshotable, idle, ['image_backup', 'image_pending_upload', 'image_uploading'], 'unchanged', {
    heededByLock: false,
  }),
  changePassword: move(['active'], idle, ['updating_password'], 'active'),
  rebuild: move(
    ['active', 'stopped', 'error'],
    idle,
    ['rebuilding', 'rebuild_block_device_mapping', 'rebuild_spawning'],
    'unchanged',
    { onFailure: 'error' },
  ),
  evacuate: move(
    ['active', 'stopped', 'error'],
    'any',
    ['rebuilding', 'rebuild_block_device_mapping', 'rebuild_spawning'],
    'unchanged',
    { onFailure: 'error', heededByLock: false },
  ),
  resize: move(
    ['active', 'stopped'],
    idle,
    ['resize_prep', 'resize_migrating', 'resize_migrated', 'resize_finish'],
    'resized',
  ),
  migrate: move(
    ['active', 'stopped'],
    idle,
    ['resize_prep', 'resize_migrating', 'resize_migrated', 'resize_finish'],
    'resized',
  ),
  confirmResize: move(['resized'], idle, ['resize_confirming'], 'as_before_resize'),
  revertResize: move(['resized'], idle, ['resize_reverting'], 'as_before_resize'),
  liveMigrate: move(['active', 'paused'], idle, ['migrating'], 'unchanged'),
  liveMigrateForceComplete: move(['active'], ['migrating'], [], 'unchanged'),
  liveMigrateAbort: move(everywhere, ['migrating'], [], 'unchanged'),
  shelve: move(
    snapshotable,
    idle,
    ['shelving', 'shelving_image_pending_upload', 'shelving_image_uploading'],
    'shelved',
  ),
  shelveOffload: move(['shelved'], idle, ['shelving_offloading'], 'shelved_offloaded'),
  unshelve: move(['shelved', 'shelved_offloaded'], idle, ['unshelving', 'powering-on', 'spawning'], 'active'),
  delete: move(everywhere, 'any', ['deleting'], 'deleted', { onFailure: 'error', mustHaveLaunched: false }),
  softDelete: move(everywhere, 'any', ['soft-deleting'], 'soft-delete'),
  restore: move(['soft-delete'], idle, ['restoring'], 'active'),
  forceDelete: move(everywhere, 'any', ['deleting'], 'deleted', { onFailure: 'error', mustHaveLaunched: false }),
  attachVolume: move(attachable, idle, [], 'unchanged'),
  detachVolume: move(attachable, idle, [], 'unchanged'),
  swapVolume: move(['active', 'paused', 'resized'], idle, [], 'unchanged'),
  attachInterface: move(['active', 'paused', 'stopped'], idle, [], 'unchanged'),
  detachInterface: move(['active', 'paused', 'stopped'], idle, [], 'unchanged'),
  updateMetadata: move(['active', 'paused', 'suspended', 'stopped'], 'any', [], 'unchanged'),
  crashDump: move(['active', 'paused', 'rescued', 'resized', 'error'], idle, [], 'unchanged'),
  update: move(everywhere, 'any', [], 'unchanged', { heededByLock: false, mustHaveLaunched: false }),
  setTags: move(['active', 'paused', 'suspended', 'stopped'], 'any', [], 'unchanged', {
    heededByLock: false,
    mustHaveLaunched: false,
  }),
  lock: move(everywhere, 'any', [], 'unchanged', { heededByLock: false, mustHaveLaunched: false }),
  unlock: move(everywhere, 'any', [], 'unchanged', { heededByLock: false, mustHaveLaunched: false }),
  resetState: move(everywhere, 'any', [], 'unchanged', { heededByLock: false, mustHaveLaunched: false }),
} as const satisfies Record<string, Move>

export type Action = keyof typeof moves

/** What an action needs to know of a server. */
export interface ServerStanding {
  readonly vmState: VmState
  readonly taskState: TaskState | null
  readonly launched: boolean
  readonly locked: boolean
}

/** Why an action may not begin, or null where it may. Lock is checked first, as Nova does; then the states. */
export function refusal(
  action: Action,
  standing: ServerStanding,
  overridesLock = false,
): 'locked' | 'vm_state' | 'task_state' | 'never_launched' | null {
  const rule: Move = moves[action]
  if (rule.heededByLock && standing.locked && !overridesLock) return 'locked'
  if (!rule.from.includes(standing.vmState)) return 'vm_state'
  if (rule.during !== 'any' && !rule.during.includes(standing.taskState)) return 'task_state'
  if (rule.mustHaveLaunched && !standing.launched) return 'never_launched'
  return null
}

/** Its deletion was accepted, for good or for a while: that goes forward, and nothing else begins beside it. */
export const isBeingDeleted = (task: TaskState | null): boolean => task === 'deleting' || task === 'soft-deleting'

/** Which task states some action sets: a task state outside this list has no owner and is a bug. */
export const ownedTaskStates: readonly TaskState[] = taskStates.filter((task) =>
  Object.values(moves).some((rule: Move) => rule.through.includes(task)),
)
