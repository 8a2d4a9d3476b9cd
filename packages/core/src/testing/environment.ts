import type { Clock } from '../ports/clock.ts'
import type { HostMemory } from '../ports/host-memory.ts'
import type { HostName } from '../domain/ids.ts'
import type { HypervisorEnvironment } from '../ports/hypervisor.ts'
import type { Log } from '../ports/log.ts'
import type { ManualClock } from '../system/clock.ts'
import { manualClock } from '../system/clock.ts'
import { seededIds } from '../system/ids.ts'
import { seededRandom } from '../system/random.ts'
import { silentLog } from '../system/log.ts'
import { volatileHostMemory } from '../system/host-memory.ts'

export interface TestEnvironmentOptions<Time extends Clock = Clock> {
  /** Default `host-1`. */
  readonly host?: string
  /** Of randomness and ids. Default: the host's name. */
  readonly seed?: string
  /** Default: a clock that stands until the test moves it. */
  readonly clock?: Time
  /** Default: one that forgets. */
  readonly memory?: HostMemory
  /** Default silent. */
  readonly log?: Log
}

/** What a driver is opened with, in tests: nothing in it depends on the machine or the time of day. */
export function testEnvironment(options?: TestEnvironmentOptions<never>): HypervisorEnvironment & {
  readonly clock: ManualClock
}
export function testEnvironment<Time extends Clock>(
  options: TestEnvironmentOptions<Time> & { readonly clock: Time },
): HypervisorEnvironment & { readonly clock: Time }
export function testEnvironment(options: TestEnvironmentOptions = {}): HypervisorEnvironment {
  const host = options.host ?? 'host-1'
  const random = seededRandom(options.seed ?? host)
  return {
    host: host as HostName,
    clock: options.clock ?? manualClock(),
    random,
    ids: seededIds(random.fork('ids')),
    log: options.log ?? silentLog,
    memory: options.memory ?? volatileHostMemory(),
  }
}
