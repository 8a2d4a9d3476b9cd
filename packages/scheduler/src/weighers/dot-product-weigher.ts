import type { Weigher } from '../decide/weigher.ts'
import { quantised } from './quantised.ts'
import { vectorsOf, type VectorOptions } from './vector-options.ts'

/**
 * Alignment of what is free with what is asked for: the smaller their product the better, so that scarce room is used
 * up first. With a negative multiplier the largest product wins, as in Tetris (Grandl et al., SIGCOMM 2014). Source: the
 * DotProd baseline of Weng et al., Beware of Fragmentation (USENIX ATC 2023).
 */
export function dotProductWeigher(options: VectorOptions = {}): Weigher {
  const vectors = vectorsOf(options)
  const { classes, quantum } = vectors
  return {
    name: 'DotProductWeigher',
    multiplier: 1,
    readsHostOnly: true,
    reads: ({ resources }) => resources,
    scale: [0, 100],
    score: (host, request) => {
      const free = vectors.free(host)
      const wanted = vectors.asked(request)
      let sum = 0
      for (let at = 0; at < classes.length; at++) {
        sum += (free[at] as number) * (wanted[at] as number)
      }
      return quantised(100 * (1 - sum / classes.length), quantum)
    },
  }
}
