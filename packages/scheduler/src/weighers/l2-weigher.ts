import type { Weigher } from '../decide/weigher.ts'
import { quantised } from './quantised.ts'
import { vectorsOf, type VectorOptions } from './vector-options.ts'

/**
 * Norm-based greedy: the shorter the vector of what is left once the server is there, the better. Beside best fit it
 * minds most where much of one class is left over. Source: Panigrahy et al., Heuristics for Vector Bin Packing (2011).
 */
export function l2Weigher(options: VectorOptions = {}): Weigher {
  const vectors = vectorsOf(options)
  const { classes, quantum } = vectors
  return {
    name: 'L2Weigher',
    multiplier: 1,
    readsHostOnly: true,
    reads: ({ resources }) => resources,
    scale: [0, 100],
    score: (host, request) => {
      const free = vectors.free(host)
      const wanted = vectors.asked(request)
      let sum = 0
      for (let at = 0; at < classes.length; at++) {
        sum += ((free[at] as number) - (wanted[at] as number)) ** 2
      }
      return quantised(100 * (1 - sum / classes.length), quantum)
    },
  }
}
