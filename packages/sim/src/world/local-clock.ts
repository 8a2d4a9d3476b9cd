import type { Clock, Instant } from '@novakit/core'
import type { Life } from './life.ts'
import { instant } from '@novakit/core'

/** The time as a process sees it that may stand still or die, and whose clock may be wrong. */
export interface LocalClock extends Clock {
  /** From now on it shows that much more, in milliseconds; 0: it is right. Spans are not touched. */
  jump(by: number): void
}

export function localClock(base: Clock, life: Life): LocalClock {
  let offset = 0
  return {
    jump: (by) => {
      offset = by
    },
    now: (): Instant => instant(base.now() + offset),
    sleep: async (span, signal) => {
      await base.sleep(span, signal)
      await life.goesOn()
    },
    after: (span, task) => {
      let wanted = true
      const cancel = base.after(span, () => {
        life.goesOn().then(
          () => void (wanted && task()),
          () => undefined,
        )
      })
      return () => {
        wanted = false
        cancel()
      }
    },
  }
}
