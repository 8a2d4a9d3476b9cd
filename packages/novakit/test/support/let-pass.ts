import type { CloudTiming, ManualClock, Millis } from 'novakit'
import { defaultTiming, millis, minutes, seconds } from 'novakit'

/** For virtual time, in which every look costs and no second does. */
export const calm: CloudTiming = { ...defaultTiming, relayEvery: seconds(1) }

/** Moves time on, in small steps, until the promise is settled. @throws what it throws, or that the time is over */
export async function letPass<T>(clock: ManualClock, awaited: Promise<T>, limit: Millis = minutes(60)): Promise<T> {
  let settled = false
  const over = (): void => void (settled = true)
  awaited.then(over, over)
  const step = millis(250)
  for (let passed = 0; passed < limit; passed += step) {
    await clock.advance(step)
    if (settled) return awaited
  }
  throw new Error(`It did not end within ${limit / 60_000} minutes.`)
}
