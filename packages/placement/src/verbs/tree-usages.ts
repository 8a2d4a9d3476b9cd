import { capacityOf, type ProviderId } from '@novakit/core'
import type { MirrorView } from '../mirror/provider-mirror.ts'

/** Of one class: what could be claimed in all, and what is. */
export interface UsedOf {
  readonly capacity: number
  readonly used: number
  /** How many providers of the tree have it. */
  readonly providers: number
  /** The most that one provider has left: what a single device or NUMA node can still give. */
  readonly mostLeft: number
}

export interface TreeUsage {
  readonly root: ProviderId
  readonly name: string
  /** Providers in the tree. */
  readonly size: number
  /** Over the whole tree, by class: also of what children have, and not the root. */
  readonly classes: ReadonlyMap<string, UsedOf>
}

const none: UsedOf = { capacity: 0, used: 0, providers: 0, mostLeft: 0 }

/** The use of whole trees, by the id of their root; of one tree where any of its providers is named. */
export function treeUsages({ index }: MirrorView, only?: ProviderId): readonly TreeUsage[] {
  const named = only === undefined ? null : index.treeOf(only)
  const trees = named === null ? index.trees : [named].filter((tree) => tree !== undefined)
  return trees.map(({ root, providers }) => {
    const classes = new Map<string, UsedOf>()
    for (const { inventories } of providers) {
      for (const [resourceClass, stock] of inventories) {
        const capacity = capacityOf(stock)
        const before = classes.get(resourceClass) ?? none
        classes.set(resourceClass, {
          capacity: before.capacity + capacity,
          used: before.used + stock.used,
          providers: before.providers + 1,
          mostLeft: Math.max(before.mostLeft, capacity - stock.used),
        })
      }
    }
    const name = providers.find((provider) => provider.id === root)?.name ?? ''
    return { root, name, size: providers.length, classes }
  })
}
