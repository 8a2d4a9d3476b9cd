import type { Clock } from '../ports/clock.ts'
import type { HostName } from '../domain/ids.ts'
import type { Log } from '../ports/log.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { Random } from '../ports/random.ts'
import { millis, seconds } from '../domain/unit/units.ts'
import { problemOf } from '../domain/error.ts'

/** Tries until it succeeds, the agent stops, or it can never succeed: at least once. Null where it did not. */
export type Insist = <T>(what: string, attempt: () => Promise<T>) => Promise<T | null>

const RETRY_FIRST = millis(100)
const RETRY_MOST = seconds(5)

export function insisting(
  host: HostName,
  { clock, random, log }: { readonly clock: Clock; readonly random: Random; readonly log: Log },
  stopping: AbortSignal,
): Insist {
  const stream = random.fork(`agent/${host}`)
  return async (what, attempt) => {
    for (let pause: Millis = RETRY_FIRST; !stopping.aborted; pause = millis(Math.min(pause * 2, RETRY_MOST))) {
      try {
        return await attempt()
      } catch (error) {
        const { code, help } = problemOf(error)
        log.info(`${what} did not get through`, { host, code })
        if (help === 'never') return null
        await clock.sleep(millis(pause * (0.5 + stream.next() / 2)), stopping)
      }
    }
    return null
  }
}
