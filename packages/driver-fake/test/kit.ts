import { id, millis } from '@novakit/core'
import { sampleSpawnOrder, testEnvironment } from '@novakit/core/testing'
import type { HostName, HypervisorHost, ManualClock, NodeName, ServerId, SpawnOrder } from '@novakit/core'
import { fakeDriver } from '../src/index.ts'
import type { FakeDriver, FakeDriverOptions, FakeWorld } from '../src/index.ts'

export const server = (name: string): ServerId => id<ServerId>(name)
export const hostName = (name: string): HostName => id<HostName>(name)

/** An order for a host's own node, small and complete. */
export function orderOn(host: string, change: Partial<SpawnOrder> = {}): SpawnOrder {
  return sampleSpawnOrder({ server: server('server-1'), node: id<NodeName>(host), ...change })
}

export interface Opened {
  readonly driver: FakeDriver
  readonly world: FakeWorld
  readonly host: HypervisorHost
  readonly clock: ManualClock
  /** Lets everything run that can run without time passing. */
  settle(): Promise<void>
}

/** One host named `a` (or as told) with a clock that stands. */
export async function opened(options: FakeDriverOptions = {}, name = 'a', seed = name): Promise<Opened> {
  const driver = fakeDriver(options)
  const environment = testEnvironment({ host: name, seed })
  const host = await driver.open(environment)
  const { clock } = environment
  return { driver, world: driver.world, host, clock, settle: () => clock.advance(millis(0)) }
}

/** How a call stands at this moment, without waiting for it. */
export function watch<T>(call: Promise<T>): { state(): 'pending' | 'done' | { readonly failed: unknown } } {
  let state: 'pending' | 'done' | { readonly failed: unknown } = 'pending'
  call.then(
    () => (state = 'done'),
    (failed: unknown) => (state = { failed }),
  )
  return { state: () => state }
}
