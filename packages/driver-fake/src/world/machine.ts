import type { Clock, GuestEvent, HostName, Instant, Log, Random } from '@novakit/core'
import type { FakeDriverOptions } from '../options.ts'

/** One opened driver: an agent's connection to its machine. */
export interface Session {
  state: 'open' | 'closed' | 'crashed'
  readonly listeners: Set<(event: GuestEvent) => void>
}

/** What the machine learned when a driver was last opened for it. */
export interface Setup {
  readonly options: FakeDriverOptions
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** One physical machine of a world. It outlives every agent that connects to it. */
export interface Machine {
  readonly host: HostName
  setup: Setup
  powered: boolean
  bootedAt: Instant
  /** Events still to be lost at the test's word. */
  losing: number
  readonly sessions: Set<Session>
  /** Cached images by id. */
  readonly images: Set<string>
  /** Timers of running live migrations, by guest key. */
  readonly timers: Map<string, () => void>
}

export function newMachine(host: HostName, setup: Setup): Machine {
  return {
    host,
    setup,
    powered: true,
    bootedAt: setup.clock.now(),
    losing: 0,
    sessions: new Set(),
    images: new Set(),
    timers: new Map(),
  }
}
