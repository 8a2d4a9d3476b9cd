import { capacityIn } from '../decide/free-vector.ts'
import type { Weigher } from '../decide/weigher.ts'
import { quantised } from './quantised.ts'
import { vectorsOf, type VectorOptions } from './vector-options.ts'

/**
 * Balance: the closer together the used shares of a host's classes are once the server is there, the better; 100 where
 * they are equal. Shares are of what the host itself has; classes it lacks count for nothing.
 * Source: kubernetes pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go.
 */
export function balancedWeigher(options: VectorOptions = {}): Weigher {
  const vectors = vectorsOf(options)
  const { classes, units, quantum } = vectors
  return {
    name: 'BalancedWeigher',
    multiplier: 1,
    readsHostOnly: true,
    reads: ({ resources }) => resources,
    scale: [0, 100],
    score: (host, request) => {
      const free = vectors.free(host)
      const wanted = vectors.asked(request)
      const shares: number[] = []
      for (let at = 0; at < classes.length; at++) {
        const capacity = capacityIn(host, classes[at] as string)
        if (capacity <= 0) continue
        const left = ((free[at] as number) - (wanted[at] as number)) * (units[at] as number)
        shares.push(Math.min(1, 1 - left / capacity))
      }
      return quantised(100 * (1 - deviation(shares)), quantum)
    },
  }
}

/** The standard deviation of a whole population; 0 of none. */
function deviation(values: readonly number[]): number {
  if (values.length === 0) return 0
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}
