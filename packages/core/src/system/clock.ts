import { nextRound } from './event-loop.ts'
import { setTimeout as delay } from 'node:timers/promises'
import { instant, type Instant, type Millis } from '../domain/unit/units.ts'
import type { Clock } from '../ports/clock.ts'

/** The machine's clock. Whoever sleeps keeps the process alive, so a started cloud does until it is stopped. */
export const systemClock: Clock = {
  now: () => instant(Date.now()),
  sleep: async (span, signal) => {
    await delay(atMost(span), undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  },
  after: (span, task) => {
    const timer = setTimeout(task, atMost(span))
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Node fires a longer timer at once. */
const LONGEST = 2 ** 31 - 1
const atMost = (span: Millis): number => Math.min(span, LONGEST)

/** A clock that stands until it is moved. */
export interface ManualClock extends Clock {
  /** Moves time on, waking sleepers in the order of their times, each with what it sets off. */
  advance(span: Millis): Promise<void>
  /** How many sleepers wait. */
  readonly waiting: number
}

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** Time by hand, for tests and simulations. */
export function manualClock(start: Instant = instant(Date.UTC(2026, 0, 1))): ManualClock {
  let now: number = start
  const sleepers = new Set<Sleeper>()
  // Whole milliseconds, as the machine's clock has them.
  const enqueue = (span: Millis, wake: () => void): Sleeper => {
    const sleeper = { at: now + Math.ceil(span), wake }
    sleepers.add(sleeper)
    return sleeper
  }
  const first = (until: number): Sleeper | undefined => {
    let found: Sleeper | undefined
    // Sleepers stand in the order in which they went to sleep, so the first of equals is found first.
    for (const sleeper of sleepers) if (sleeper.at <= until && sleeper.at < (found?.at ?? Infinity)) found = sleeper
    return found
  }
  return {
    now: () => instant(now),
    sleep: (span, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const sleeper = enqueue(span, resolve)
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper)
          resolve()
        })
      }),
    after: (span, task) => {
      const sleeper = enqueue(span, task)
      return () => sleepers.delete(sleeper)
    },
    advance: async (span) => {
      const until = now + span
      await settle()
      for (let next = first(until); next !== undefined; next = first(until)) {
        sleepers.delete(next)
        now = Math.max(now, next.at)
        next.wake()
        await settle()
      }
      now = until
      await settle()
    },
    get waiting() {
      return sleepers.size
    },
  }
}

/** Lets everything run that can run without time passing. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await nextRound()
}
