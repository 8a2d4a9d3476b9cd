import { z } from 'zod'
import { askedOf, deviceAskOf } from '../decide/free-vector.ts'
import { outcomesOn, prepareTypical, type FragmentationOptions } from '../decide/fragmentation.ts'
import type { Weigher } from '../decide/weigher.ts'
import { fragmentationShape } from './fragmentation-options.ts'
import { quantised } from './quantised.ts'

export interface FragmentationWeigherOptions extends FragmentationOptions {
  /** A change by this much, in units of the device class, moves the score well away from 50. Default 1000. */
  readonly spread?: number
  /** Scores from 0 to 100 come in steps of this much. Default 0: as they are. */
  readonly quantum?: number
}

export const fragmentationWeigherOptions = z.strictObject({
  ...fragmentationShape,
  spread: z.number().positive().max(1e15).exactOptional(),
  quantum: z.number().min(0).max(100).exactOptional(),
})

/**
 * Fragmentation gradient descent: above 50 where the server leaves less behind that typical requests cannot use, below
 * where it leaves more, on the device that suits best. The device order `least-fragmentation` takes that device.
 * Source: Weng et al., Beware of Fragmentation (USENIX ATC 2023), section 4.
 */
export function fragmentationWeigher(options: FragmentationWeigherOptions): Weigher {
  const { spread = 1000, quantum = 0, device } = options
  const typical = prepareTypical(options)
  return {
    name: 'FragmentationWeigher',
    multiplier: 1,
    readsHostOnly: true,
    reads: ({ resources }) => resources,
    scale: [0, 100],
    score: (host, { resources }) => {
      const stock = typical.stockOf(host)
      const asked = askedOf(resources)
      const root = typical.classes.map((name) => asked[name] ?? 0)
      const outcomes = outcomesOn(stock, root, deviceAskOf(resources, device))
      if (outcomes.length === 0) return 0
      const after = Math.min(...outcomes.map((each) => typical.amount(each.stock)))
      return quantised(100 / (1 + Math.exp((after - typical.amount(stock)) / spread)), quantum)
    },
  }
}
