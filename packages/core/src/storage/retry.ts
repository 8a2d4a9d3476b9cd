import { hasCode } from '../domain/error.ts'
import { elapsed, millis, seconds, type Millis } from '../domain/unit/units.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'

/** How long a busy database is waited for before the caller hears of it. */
const PATIENCE = seconds(10)
const LONGEST_PAUSE = 25

/**
 * Does `work` again for as long as the database is busy with others.
 * @throws `storage.busy` after ten seconds; at once what else `work` throws
 */
export async function whileBusy<T>(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  work: () => Promise<T>,
): Promise<T> {
  const start = clock.now()
  for (let failures = 0; ; failures++) {
    try {
      return await work()
    } catch (error) {
      if (!hasCode(error, 'storage.busy') || elapsed(start, clock.now()) >= PATIENCE) throw error
      await clock.sleep(pause(failures, random))
    }
  }
}

/** Twice as long each time up to 25 ms, and never twice the same, so that rivals do not meet again. */
function pause(failures: number, random: Random): Millis {
  const longest = Math.min(LONGEST_PAUSE, 2 ** (failures + 1))
  return millis(longest * (0.5 + random.next() / 2))
}
