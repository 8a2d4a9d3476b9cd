import type { Weigher } from '../decide/weigher.ts'
import { quantised } from './quantised.ts'
import { vectorsOf, type VectorOptions } from './vector-options.ts'

/**
 * Best fit: the less is left of all classes together once the server is there, the better; 100 where nothing is. With a
 * negative multiplier, worst fit. Source: the BestFit baseline of Weng et al., Beware of Fragmentation (USENIX ATC 2023).
 */
export function bestFitWeigher(options: VectorOptions = {}): Weigher {
  const vectors = vectorsOf(options)
  const { classes, quantum } = vectors
  return {
    name: 'BestFitWeigher',
    multiplier: 1,
    readsHostOnly: true,
    reads: ({ resources }) => resources,
    scale: [0, 100],
    score: (host, request) => {
      const free = vectors.free(host)
      const wanted = vectors.asked(request)
      let sum = 0
      for (let at = 0; at < classes.length; at++) {
        sum += (free[at] as number) - (wanted[at] as number)
      }
      return quantised(100 * (1 - sum / classes.length), quantum)
    },
  }
}
