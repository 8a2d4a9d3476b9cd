import type { GuestEvent } from '@novakit/core'
import type { GuestRecord } from './guest-record.ts'
import type { Machine } from './machine.ts'
import { drawSpan } from '../knobs/latency.ts'

/** The life-cycle event that a change means, or null. Derived in one place, so that no way of changing forgets it. */
export function eventOf(before: GuestRecord | null, after: GuestRecord | null): GuestEvent['kind'] | null {
  if (before?.job?.state === 'running' && after?.job?.state === 'completed') return 'migration_completed'
  const from = before?.defined ? before.power : 'shutdown'
  const to = after?.defined ? after.power : 'shutdown'
  if (from === to) return null
  switch (to) {
    case 'running':
      return from === 'paused' || from === 'suspended' ? 'resumed' : 'started'
    case 'paused':
      return before?.defined ? 'paused' : null
    case 'suspended':
      return 'suspended'
    case 'shutdown':
    case 'crashed':
      return from === 'shutdown' || from === 'crashed' ? null : 'stopped'
    case 'nostate':
      return null
  }
}

/** Tells the machine's agents, unless the event is lost; later, if it is delayed. */
export function announce(machine: Machine, event: GuestEvent): void {
  const { options, clock, random } = machine.setup
  if (!machine.powered || isLost(machine, event)) return
  const delay = drawSpan(options.eventDelay ?? 0, random)
  const tell = (): void => {
    for (const session of machine.sessions) for (const listener of session.listeners) safely(machine, listener, event)
  }
  if (delay > 0) clock.after(delay, tell)
  else queueMicrotask(tell)
}

function isLost(machine: Machine, event: GuestEvent): boolean {
  const { options, random } = machine.setup
  if (machine.losing > 0) {
    machine.losing--
    return true
  }
  const lose = options.loseEvents ?? false
  if (typeof lose === 'function') return lose(event, random)
  return typeof lose === 'number' ? random.next() < lose : lose
}

function safely(machine: Machine, listener: (event: GuestEvent) => void, event: GuestEvent): void {
  try {
    listener(event)
  } catch (error) {
    machine.setup.log.warn('a listener of guest events failed', { error: String(error) })
  }
}
