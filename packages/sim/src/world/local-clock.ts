import type { Clock } from '@novakit/core'
import type { Life } from './life.ts'

/** The common time, as a process sees it that may stand still or die: then nothing of it wakes. */
export function localClock(base: Clock, life: Life): Clock {
  return {
    now: () => base.now(),
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
