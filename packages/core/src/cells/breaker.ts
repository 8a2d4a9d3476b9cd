import type { Clock } from '../ports/clock.ts'
import type { Instant, Millis } from '../domain/unit/units.ts'
import { elapsed, seconds } from '../domain/unit/units.ts'

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
  /** When it was tried last, while it is open. */
  let triedAt: Instant | null = null
  return {
    get closed() {
      return triedAt === null
    },
    allows: () => {
      if (triedAt === null) return true
      const now = clock.now()
      const waited = elapsed(triedAt, now)
      // A clock that was put back says nothing of how long it has been.
      if (waited >= 0 && waited < retryAfter) return false
      triedAt = now
      return true
    },
    succeeded: () => {
      if (triedAt === null) return
      triedAt = null
      changed?.()
    },
    failed: () => {
      const wasClosed = triedAt === null
      triedAt = clock.now()
      if (wasClosed) changed?.()
    },
  }
}
