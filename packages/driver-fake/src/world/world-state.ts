import type { CallLog } from './call-log.ts'
import type { CallName } from '../knobs/call.ts'
import type { CallQueue } from './call-queue.ts'
import type { Fault } from '../knobs/fault.ts'
import type { GuestRecord } from './guest-record.ts'
import type { GuestStore } from './guest-store.ts'
import type { HostName, Instant, ServerId } from '@novakit/core'
import type { Machine } from './machine.ts'
import type { PowerLedger } from './power-ledger.ts'
import { announce, eventOf } from './guest-events.ts'
import { callLog } from './call-log.ts'
import { callQueue } from './call-queue.ts'
import { fakeErrors } from '../errors.ts'
import { guestStore } from './guest-store.ts'
import { instant } from '@novakit/core'
import { noStateFile, stateFile } from './state-file.ts'
import { powerLedger } from './power-ledger.ts'

/** A fault for the next calls that fit, told while the world runs. */
export interface Injection {
  readonly call: CallName
  readonly fault: Fault
  /** How many calls it strikes. Default 1. */
  readonly times?: number
  /** Default any. */
  readonly host?: HostName
  readonly server?: ServerId
}

/** The inside of a world. */
export interface WorldState {
  readonly guests: GuestStore
  readonly ledger: PowerLedger
  readonly calls: CallLog
  readonly queue: CallQueue
  readonly machines: Map<HostName, Machine>
  readonly injections: { left: number; readonly injection: Injection }[]
  /** @throws `fake.unknown_host` */
  machine(host: HostName): Machine
}

export interface WorldOptions {
  /** Guests are kept here and outlive the process. */
  readonly stateFile?: string
  /** How many calls and power changes are remembered. Default 10 000. */
  readonly history?: number
}

export function worldState(options: WorldOptions): WorldState {
  const limit = options.history ?? 10_000
  const machines = new Map<HostName, Machine>()
  const ledger = powerLedger(limit)
  const changed = (before: GuestRecord | null, after: GuestRecord | null): void => {
    const record = after ?? before
    if (record === null) return
    const machine = machines.get(record.host)
    const at = machine?.setup.clock.now() ?? record.startedAt ?? instant(0)
    ledger.observe(before, after, at)
    if (machine !== undefined) tellAgents(machine, before, after, at)
  }
  const file = options.stateFile === undefined ? noStateFile : stateFile(options.stateFile)
  return {
    guests: guestStore(file, changed),
    ledger,
    calls: callLog(limit),
    queue: callQueue(),
    machines,
    injections: [],
    machine: (host) => {
      const machine = machines.get(host)
      if (machine === undefined) throw fakeErrors.unknown_host({ host })
      return machine
    },
  }
}

function tellAgents(machine: Machine, before: GuestRecord | null, after: GuestRecord | null, at: Instant): void {
  const kind = eventOf(before, after)
  const record = after ?? before
  if (kind === null || record === null || record.epoch === null) return
  announce(machine, { server: record.server, kind, at })
}
