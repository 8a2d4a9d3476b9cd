import type { Clock } from '../ports/clock.ts'
import type { Instant, Millis } from '../domain/unit/units.ts'
import { later, seconds } from '../domain/unit/units.ts'

/** Stops asking what does not answer, and tries again after a while: one call at a time, until one succeeds. */
export interface Breaker {
  readonly closed: boolean
  /** Whether a call may be made now. */
  allows(): boolean
  succeeded(): void
  failed(): void
}

export interface BreakerDeps {
  readonly clock: Clock
  readonly retryAfter?: Millis
  changed?(): void
}

export function breaker({ clock, retryAfter = seconds(1), changed }: BreakerDeps): Breaker {
  let openUntil: Instant | null = null
  return {
    get closed() {
      return openUntil === null
    },
    allows: () => {
      if (openUntil === null) return true
      if (clock.now() < openUntil) return false
      openUntil = later(clock.now(), retryAfter)
      return true
    },
    succeeded: () => {
      if (openUntil === null) return
      openUntil = null
      changed?.()
    },
    failed: () => {
      const wasClosed = openUntil === null
      openUntil = later(clock.now(), retryAfter)
      if (wasClosed) changed?.()
    },
  }
}
