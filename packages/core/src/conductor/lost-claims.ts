import type { Clock } from '../ports/clock.ts'
import type { Instant } from '../domain/unit/units.ts'
import { elapsed, minutes } from '../domain/unit/units.ts'

/**
 * How often decisions of one kind have lost their claim to somebody else. Only what this process has met: another one
 * that takes the work over begins anew, and comes to its end too.
 */
export interface LostClaims {
  /** @returns how many there are by now, this one included */
  lost(key: string): number
  forget(key: string): void
}

interface Losses {
  readonly count: number
  readonly at: Instant
}

const FORGOTTEN_AFTER = minutes(10)

export function lostClaims(clock: Clock): LostClaims {
  const known = new Map<string, Losses>()
  return {
    lost: (key) => {
      const now = clock.now()
      for (const [other, { at }] of known) if (elapsed(at, now) > FORGOTTEN_AFTER) known.delete(other)
      const count = (known.get(key)?.count ?? 0) + 1
      known.set(key, { count, at: now })
      return count
    },
    forget: (key) => void known.delete(key),
  }
}
