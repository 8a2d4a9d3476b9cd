import type { Clock, Instant, Millis } from '@novakit/core/vocabulary'
import { later } from '@novakit/core/vocabulary'

/** Values that are looked up once, and again after a while. */
export interface Remembered<Value> {
  /** Who asks while it is being looked up waits for the same answer. Null and failures are not kept. */
  get(key: string, find: () => Promise<Value | null>): Promise<Value | null>
}

export interface RememberedOptions {
  readonly clock: Clock
  /** 0: nothing is kept. */
  readonly keepFor: Millis
  /** The oldest make room for new ones. */
  readonly most: number
}

interface Kept<Value> {
  readonly value: Promise<Value | null>
  readonly until: Instant
}

export function remembered<Value>({ clock, keepFor, most }: RememberedOptions): Remembered<Value> {
  const kept = new Map<string, Kept<Value>>()
  const forget = (key: string, entry: Kept<Value>): void => {
    if (kept.get(key) === entry) kept.delete(key)
  }
  const look = async (key: string, find: () => Promise<Value | null>): Promise<Value | null> => {
    const entry: Kept<Value> = { value: find(), until: later(clock.now(), keepFor) }
    kept.delete(key)
    kept.set(key, entry)
    // In the order in which they were taken in, which is the order in which they go out of date.
    for (const [oldest, { until }] of kept) {
      if (oldest === key || (kept.size <= most && clock.now() < until)) break
      kept.delete(oldest)
    }
    const value = await entry.value.catch((error: unknown) => {
      forget(key, entry)
      throw error
    })
    if (value === null || keepFor === 0) forget(key, entry)
    return value
  }
  return {
    get: (key, find) => {
      const entry = kept.get(key)
      return entry !== undefined && clock.now() < entry.until ? entry.value : look(key, find)
    },
  }
}
