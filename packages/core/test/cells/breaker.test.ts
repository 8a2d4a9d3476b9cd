import { expect, test } from 'vitest'
import type { Clock } from '../../src/ports/clock.ts'
import { breaker } from '../../src/cells/breaker.ts'
import { instant, seconds } from '../../src/domain/unit/units.ts'

test('what does not answer is tried again after a while, also where the clock was put back meanwhile', () => {
  let now = instant(3_600_000)
  const clock = { now: () => now } as Clock
  const guard = breaker({ clock, retryAfter: seconds(1) })
  guard.failed()
  expect(guard.allows()).toBe(false)
  now = instant(3_601_000)
  expect(guard.allows()).toBe(true)
  expect(guard.allows()).toBe(false)
  now = instant(0)
  expect(guard.allows()).toBe(true)
  guard.succeeded()
  expect(guard.closed).toBe(true)
})
