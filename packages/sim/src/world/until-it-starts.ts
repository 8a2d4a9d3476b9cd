import type { Clock } from '@novakit/core'
import { isNovakitError, seconds } from '@novakit/core'

/** As whoever supervises a process does: one that cannot start is started again. */
export async function untilItStarts<T>(clock: Clock, start: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await start()
    } catch (error) {
      if (!isNovakitError(error)) throw error
      await clock.sleep(seconds(1))
    }
  }
}
