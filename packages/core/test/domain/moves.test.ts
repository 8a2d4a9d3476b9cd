import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { installed } from '../../../../tools/servers/installed.ts'
import { moves, refusal, type Action } from '../../src/domain/server/moves.ts'
import { taskStates, vmStates } from '../../src/domain/server/states.ts'
import type { TaskState, VmState } from '../../src/domain/server/states.ts'

const source = await installed('nova', 'source')
const actions = Object.keys(moves) as Action[]

/** From which of the given states an action may begin. */
const mayBegin = (action: Action, vmState: VmState, taskState: TaskState | null): boolean =>
  refusal(action, { vmState, taskState, launched: true, locked: false }) === null

describe('what can be done to a server', () => {
  test('is this table', async () => {
    const width = Math.max(...actions.map((action) => action.length))
    const head = `${' '.repeat(width)}  ${vmStates.join('  ')}  | ends in | failed | locked | during`
    const lines = actions.map((action) => {
      const cells = vmStates.map((state) => {
        const open = moves[action].from.some((from) => from === state)
        return (open ? 'x' : '.').padEnd(state.length)
      })
      const { to, onFailure, heededByLock, during } = moves[action]
      const when = during === 'any' ? 'any task' : during.map((task) => task ?? 'no task').join(', ')
      return `${action.padEnd(width)}  ${cells.join('  ')}  | ${to} | ${onFailure} | ${heededByLock ? 'no' : 'yes'} | ${when}`
    })
    await expect(`${[head, ...lines].join('\n')}\n`).toMatchFileSnapshot('moves.golden.txt')
  })

  const title = 'is what Nova’s guards let through'
  if ('missing' in source) test.skip(`${title} (skipped: ${source.missing})`, () => undefined)
  else test(title, () => isNovas(source.says))
})

async function isNovas(novaSource: string): Promise<void> {
  const guards = await novaGuards(novaSource)
  for (const [method, action] of Object.entries(methods)) {
    const guard = guards[method]
    expect(guard, method).toBeDefined()
    if (guard === undefined) continue
    for (const vmState of vmStates) {
      for (const taskState of [null, ...taskStates]) {
        const theirs =
          (guard.vmStates === null || guard.vmStates.includes(vmState)) &&
          (guard.taskStates === null || guard.taskStates.includes(taskState))
        expect(mayBegin(action, vmState, taskState), `${action} from ${vmState}/${taskState}`).toBe(theirs)
      }
    }
    expect(moves[action].heededByLock, `whether a lock stops ${action}`).toBe(guard.lock)
  }
}

/** Methods of Nova's compute API (26.2), and our names. Reboots take their lock from a method around them. */
const methods: Readonly<Record<string, Action>> = {
  soft_delete: 'softDelete',
  delete: 'delete',
  restore: 'restore',
  force_delete: 'forceDelete',
  stop: 'stop',
  start: 'start',
  trigger_crash_dump: 'crashDump',
  backup: 'createBackup',
  snapshot: 'createImage',
  rebuild: 'rebuild',
  revert_resize: 'revertResize',
  confirm_resize: 'confirmResize',
  resize: 'resize',
  shelve: 'shelve',
  shelve_offload: 'shelveOffload',
  unshelve: 'unshelve',
  pause: 'pause',
  unpause: 'unpause',
  suspend: 'suspend',
  resume: 'resume',
  rescue: 'rescue',
  unrescue: 'unrescue',
  set_admin_password: 'changePassword',
  attach_volume: 'attachVolume',
  detach_volume: 'detachVolume',
  swap_volume: 'swapVolume',
  attach_interface: 'attachInterface',
  detach_interface: 'detachInterface',
  update_instance_metadata: 'updateMetadata',
  live_migrate: 'liveMigrate',
  live_migrate_force_complete: 'liveMigrateForceComplete',
  live_migrate_abort: 'liveMigrateAbort',
  evacuate: 'evacuate',
  _soft_reboot: 'rebootSoft',
  _hard_reboot: 'rebootHard',
}

interface Guard {
  readonly lock: boolean
  /** Null: any. */
  readonly vmStates: readonly VmState[] | null
  readonly taskStates: readonly (TaskState | null)[] | null
}

/** Read from the decorators of Nova's own source. */
async function novaGuards(source: string): Promise<Readonly<Record<string, Guard>>> {
  const reader = path.join(import.meta.dirname, 'nova-guards.py')
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [reader, source])
  return JSON.parse(stdout) as Readonly<Record<string, Guard>>
}
