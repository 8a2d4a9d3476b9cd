import type { HostState } from '@novakit/core'
import { z } from 'zod'
import { capacityIn, deviceAskOf, freeOf } from '../decide/free-vector.ts'
import type { Weigher } from '../decide/weigher.ts'

export interface ClusteringOptions {
  /** The class of which devices give shares, such as `CUSTOM_GPU_MILLI`. */
  readonly device: string
  /** What the largest host has of it. */
  readonly most: number
  /** Image property that says what kind a server is of. Default: its flavor's name is its kind. */
  readonly property?: string
}

export const clusteringOptions = z.strictObject({
  device: z.string().min(1).max(255),
  most: z.number().positive(),
  property: z.string().min(1).max(255).exactOptional(),
})

/**
 * Keeps servers of a kind together: 75 where a host has this kind alone, 50 where it has it among others, 25 where it is
 * empty, and up to 25 more the more of its devices is used. Whole numbers. To requests without the class all hosts are
 * equal. Source: the GpuClustering baseline of Weng et al., Beware of Fragmentation (USENIX ATC 2023).
 */
export function clusteringWeigher({ device, most, property }: ClusteringOptions): Weigher {
  const kindsOn = (host: HostState): ReadonlySet<string> => {
    const kinds = new Set<string>()
    for (const { flavor, imageProperties } of host.servers.values()) {
      const kind = property === undefined ? flavor : imageProperties[property]
      if (kind !== undefined) kinds.add(kind)
    }
    return kinds
  }
  const known = new WeakMap<HostState, ReadonlySet<string>>()
  return {
    name: 'ClusteringWeigher',
    multiplier: 1,
    readsHostOnly: true,
    reads: ({ resources, flavor, image }) => [resources, property === undefined ? flavor.name : image?.properties],
    scale: [0, 100],
    score: (host, { resources, flavor, image }) => {
      if (deviceAskOf(resources, device) === null || capacityIn(host, device) === 0) return 0
      const kinds = known.get(host) ?? kindsOn(host)
      known.set(host, kinds)
      const kind = property === undefined ? flavor.name : image?.properties[property]
      const together = kinds.size === 0 ? 25 : kind === undefined || !kinds.has(kind) ? 0 : kinds.size === 1 ? 75 : 50
      return Math.trunc((25 * (most - freeOf(host, device))) / most + together)
    },
  }
}
