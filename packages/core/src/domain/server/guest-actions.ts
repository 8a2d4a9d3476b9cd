import type { Action } from './moves.ts'
import type { PowerState } from './states.ts'

/** An action that one order to the server's host carries out. */
export interface GuestAction {
  /** What the agent calls it. */
  readonly order: string
  /** What the hypervisor must show afterwards; any of them. Empty: the action is none of its power's business. */
  readonly shows: readonly PowerState[]
  /** The action in event names, as in Nova's versioned notifications (nova/notifications/objects/instance.py). */
  readonly told: string
  /** The action in the server's history (nova/compute/instance_actions.py). */
  readonly record: string
}

/** One order each: the saga of such an action asks the host, waits, and writes down where the server rests. */
export const guestActions = {
  start: { order: 'power-on', shows: ['running'], told: 'power_on', record: 'start' },
  stop: { order: 'power-off', shows: ['shutdown'], told: 'power_off', record: 'stop' },
  rebootSoft: { order: 'reboot-soft', shows: ['running'], told: 'reboot', record: 'reboot' },
  rebootHard: { order: 'reboot-hard', shows: ['running'], told: 'reboot', record: 'reboot' },
  pause: { order: 'pause', shows: ['paused'], told: 'pause', record: 'pause' },
  unpause: { order: 'unpause', shows: ['running'], told: 'unpause', record: 'unpause' },
  suspend: { order: 'suspend', shows: ['suspended'], told: 'suspend', record: 'suspend' },
  resume: { order: 'resume', shows: ['running'], told: 'resume', record: 'resume' },
  rescue: { order: 'rescue', shows: ['running'], told: 'rescue', record: 'rescue' },
  unrescue: { order: 'unrescue', shows: ['running'], told: 'unrescue', record: 'unrescue' },
  rebuild: { order: 'rebuild', shows: ['running', 'shutdown'], told: 'rebuild', record: 'rebuild' },
  changePassword: { order: 'set-password', shows: [], told: 'change_password', record: 'changePassword' },
  softDelete: { order: 'soft-delete', shows: ['shutdown'], told: 'soft_delete', record: 'delete' },
  restore: { order: 'power-on', shows: ['running'], told: 'restore', record: 'restore' },
  crashDump: { order: 'crash-dump', shows: [], told: 'trigger_crash_dump', record: 'trigger_crash_dump' },
} as const satisfies Partial<Record<Action, GuestAction>>

export type GuestActionName = keyof typeof guestActions

export const guestActionNames = Object.keys(guestActions) as readonly GuestActionName[]
