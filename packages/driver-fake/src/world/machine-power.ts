import type { Machine } from './machine.ts'
import type { WorldState } from './world-state.ts'
import { stopped } from './guest-power.ts'

/** Cuts the machine's power: what runs ceases to, and nobody is told. What is suspended lies on its disk. */
export function goDark(state: WorldState, machine: Machine): void {
  machine.powered = false
  for (const cancel of machine.timers.values()) cancel()
  machine.timers.clear()
  for (const record of state.guests.on(machine.host)) {
    const after = record.power === 'suspended' ? record : stopped(record)
    const job = record.job?.state === 'running' ? { ...record.job, state: 'failed' as const } : record.job
    state.guests.put({ ...after, job })
  }
}

/** The machine boots. Its guests stay stopped. */
export function powerUp(machine: Machine): void {
  if (machine.powered) return
  machine.powered = true
  machine.bootedAt = machine.setup.clock.now()
}
