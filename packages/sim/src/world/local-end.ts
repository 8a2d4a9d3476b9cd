import type { Clock, Transport } from '@novakit/core'
import type { Life } from './life.ts'
import { millis, transportErrors } from '@novakit/core'

/**
 * An end of the bus, as a process holds it that may stand still or die: then it neither hears nor says anything. It
 * waits for answers by its own clock, which may be wrong.
 */
export function localEnd(end: Transport, life: Life, clock: Clock): Transport {
  return {
    name: end.name,
    listen: (address, handle) =>
      end.listen(address, async (envelope) => {
        await life.goesOn()
        const answer = await handle(envelope)
        await life.goesOn()
        return answer
      }),
    request: async (address, envelope) => {
      await life.goesOn()
      const answered = new AbortController()
      const patience = clock.sleep(millis(Math.max(0, envelope.deadline - clock.now())), answered.signal)
      const tooLate = patience.then(() => {
        throw transportErrors.timeout({ address })
      })
      try {
        return await Promise.race([end.request(address, envelope), tooLate])
      } finally {
        answered.abort()
        await life.goesOn()
      }
    },
    close: () => end.close(),
  }
}
