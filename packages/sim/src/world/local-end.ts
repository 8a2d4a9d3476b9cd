import type { Life } from './life.ts'
import type { Transport } from '@novakit/core'

/** An end of the bus, as a process holds it that may stand still or die: then it neither hears nor says anything. */
export function localEnd(end: Transport, life: Life): Transport {
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
      try {
        return await end.request(address, envelope)
      } finally {
        await life.goesOn()
      }
    },
    close: () => end.close(),
  }
}
