import type { GuestRecord, MigrationJob, Place } from '../world/guest-record.ts'
import type { Machine } from '../world/machine.ts'
import type { WorldState } from '../world/world-state.ts'
import { elapsed, millis } from '@novakit/core'
import { keyOf } from '../world/guest-record.ts'
import { stopped } from '../world/guest-power.ts'

/** Jobs belong to the machine, not to the agent: they go on while it is away, and after its process died. */
export function adoptMigrations(world: WorldState, machine: Machine): void {
  for (const record of world.guests.on(machine.host)) {
    if (record.job?.state === 'running' && !machine.timers.has(keyOf(record))) arm(world, machine, record)
  }
}

export function arm(world: WorldState, machine: Machine, { job, ...place }: GuestRecord): void {
  if (job === null || job.endsAt === null) return
  const { clock } = machine.setup
  const rest = millis(Math.max(0, elapsed(clock.now(), job.endsAt)))
  const ring = (): void => {
    machine.timers.delete(keyOf(place))
    finish(world, place)
  }
  machine.timers.set(keyOf(place), clock.after(rest, ring))
}

export function disarm(machine: Machine, place: Place): void {
  machine.timers.get(keyOf(place))?.()
  machine.timers.delete(keyOf(place))
}

/** Ends a running job as it was going to end. */
export function finish(world: WorldState, place: Place): void {
  const source = world.guests.find(place)
  if (source?.job?.state !== 'running') return
  const arrival = world.guests.find(source.job.destination)
  if (source.job.outcome === 'fails' || arrival === null || !arrival.incoming) return conclude(world, source, 'failed')
  switchOver(world, source, arrival)
}

/** The source ceases in the same instant in which the destination begins. */
function switchOver(world: WorldState, source: GuestRecord, arrival: GuestRecord): void {
  const { power, startedAt } = source
  conclude(world, stopped(source), 'completed')
  world.guests.put({ ...arrival, power, startedAt })
}

export function conclude(world: WorldState, source: GuestRecord, state: MigrationJob['state']): void {
  if (source.job !== null) world.guests.put({ ...source, job: { ...source.job, state } })
}
