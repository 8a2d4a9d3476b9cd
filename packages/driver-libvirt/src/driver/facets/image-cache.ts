import type { HypervisorFacets } from '@novakit/core'
import { baseOf, trimBases } from '../disks/bases.ts'
import { standingOn } from '../disks/standing-on.ts'
import type { Station } from '../station.ts'

/** Bases of disks, ready before a guest wants them. What a disk stands on is never removed. */
export function imageCacheFacet(station: Station): HypervisorFacets['imageCache'] {
  return {
    prefetch: async (image) => void (await baseOf(station, image)),
    trim: async (inUse) => trimBases(station, new Set(inUse), await standingOn(station)),
  }
}
