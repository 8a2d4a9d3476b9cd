import type { Connection } from '../knobs/connection.ts'
import type { HypervisorFacets } from '@novakit/core'
import { conduct } from '../knobs/conduct.ts'

/** The machine remembers ids of images; it holds no bytes. */
export function imageCacheFacet(connection: Connection): HypervisorFacets['imageCache'] {
  const { images } = connection.machine
  const once = (name: 'imageCache.prefetch' | 'imageCache.trim', act: () => void): Promise<void> =>
    conduct(connection, { name, guest: null, signal: undefined }, (step) => step('act', act))
  return {
    prefetch: ({ image }) => once('imageCache.prefetch', () => images.add(image)),
    trim: (inUse) =>
      once('imageCache.trim', () => {
        for (const image of images) if (!inUse.includes(image)) images.delete(image)
      }),
  }
}
