import type { Clock, HostName, Random } from '@novakit/core'
import type { FakeDriverOptions } from '../options.ts'
import type { Machine, Session } from '../world/machine.ts'
import type { WorldState } from '../world/world-state.ts'

/** An open driver's connection to its machine, and through it to its world. */
export interface Connection {
  readonly host: HostName
  readonly world: WorldState
  readonly machine: Machine
  readonly session: Session
  readonly options: FakeDriverOptions
  readonly clock: Clock
  readonly random: { readonly latency: Random; readonly faults: Random }
}
