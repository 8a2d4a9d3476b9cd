import type { Clock } from '../ports/clock.ts'
import type { Millis } from '../domain/unit/units.ts'

/** Waits for `work`, but not for longer than `span`. @returns whether it was over in time, well or not */
export async function within(clock: Clock, span: Millis, work: Promise<unknown>): Promise<boolean> {
  const over = new AbortController()
  const inTime = work.then(
    () => true,
    () => true,
  )
  const late = clock.sleep(span, over.signal).then(() => false)
  const result = await Promise.race([inTime, late])
  over.abort()
  return result
}
