import type { Footprint } from '../inventory/room.ts'
import type { Fencing, HostName, NodeName, PowerState, ServerId } from '@novakit/core'
import type { GuestRecord } from './guest-record.ts'
import type { Injection, WorldState } from './world-state.ts'
import type { Machine } from './machine.ts'
import { fakeErrors } from '../errors.ts'
import { foreignGuest } from './guest-record.ts'
import { id } from '@novakit/core'
import { pick } from './inspection.ts'
import { goDark, powerUp } from './machine-power.ts'
import { started, stopped } from './guest-power.ts'

/** A guest that somebody made without the agent. */
export interface ForeignGuest {
  readonly host: HostName
  /** Default: the node that is named like the host. */
  readonly node?: NodeName
  readonly server: ServerId
  /** With an epoch it bears our mark and is listed; without one it only takes up room. Default null. */
  readonly epoch?: number | null
  readonly power?: PowerState
  /** What it takes up. Default nothing. */
  readonly footprint?: Partial<Footprint>
}

/** What happens to hypervisors without their agent's doing. Where a server runs, `host` need not be said. */
export interface OutOfBand {
  /** The guest's process dies. */
  kill(server: ServerId, host?: HostName): void
  /** The guest shuts itself down. */
  powerOff(server: ServerId, host?: HostName): void
  /** An operator starts it by hand. */
  powerOn(server: ServerId, host?: HostName): void
  /** An operator removes it by hand. */
  remove(server: ServerId, host?: HostName): void
  defineForeign(guest: ForeignGuest): void
  /** A part of it can no longer be read; null mends it. */
  corrupt(server: ServerId, part: GuestRecord['broken'], host?: HostName): void
  /** The next `count` events of the host never come. */
  loseEvents(host: HostName, count: number): void
  /** The next calls that fit go wrong. */
  inject(injection: Injection): void
  /** The agent's process dies: its calls stop between two steps and are never answered. Guests stay as they are. */
  crash(host: HostName): void
  /** The machine goes dark with all its guests; every call fails with `host.unreachable`. No event tells of it. */
  cutPower(host: HostName): void
  /** The machine is back; its guests are stopped. */
  restorePower(host: HostName): void
  /** Fences a host by cutting its power. */
  readonly fencing: Fencing
}

export function outOfBand(state: WorldState): OutOfBand {
  const revise = (server: ServerId, host: HostName | undefined, change: (record: GuestRecord) => GuestRecord): void => {
    state.guests.put(change(theOne(state, server, host)))
  }
  const cutPower = (host: HostName): void => goDark(state, state.machine(host))
  return {
    kill: (server, host) => revise(server, host, (record) => ({ ...stopped(record), power: 'crashed' })),
    powerOff: (server, host) => revise(server, host, stopped),
    powerOn: (server, host) =>
      revise(server, host, (record) => started(record, state.machine(record.host).setup.clock.now())),
    remove: (server, host) => state.guests.remove(theOne(state, server, host)),
    defineForeign: (guest) => state.guests.put(recordOf(guest)),
    corrupt: (server, part, host) => revise(server, host, (record) => ({ ...record, broken: part })),
    loseEvents: (host, count) => void (state.machine(host).losing = count),
    inject: (injection) => void state.injections.push({ left: injection.times ?? 1, injection }),
    crash: (host) => crash(state, state.machine(host)),
    cutPower,
    restorePower: (host) => powerUp(state.machine(host)),
    fencing: {
      fence: async (host) => {
        cutPower(host)
        return { proof: `fake power switch of ${host}: off` }
      },
    },
  }
}

function theOne(state: WorldState, server: ServerId, host: HostName | undefined): GuestRecord {
  const record = pick(host === undefined ? state.guests.all() : state.guests.on(host), server)
  if (record === null) throw fakeErrors.guest_not_found({ server })
  return record
}

function recordOf({ host, node, server, epoch = null, power = 'running', footprint }: ForeignGuest): GuestRecord {
  const place = { host, node: node ?? id<NodeName>(host), server }
  return foreignGuest(place, epoch, power, { VCPU: 0, MEMORY_MB: 0, DISK_GB: 0, ...footprint })
}

function crash(state: WorldState, machine: Machine): void {
  for (const session of machine.sessions) {
    session.state = 'crashed'
    session.listeners.clear()
    state.queue.dismiss(session)
  }
  machine.sessions.clear()
}
