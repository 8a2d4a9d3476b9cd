import type { ProviderId } from '@novakit/core'
import type { ProviderTree } from '../types.ts'
import { openRooms, type Rooms } from './rooms.ts'

/** Trees in the order of their roots' ids, so that content and not history decides it. */
export interface TreeList {
  /** Stays as it is once it was read. */
  readonly trees: readonly ProviderTree[]
  readonly rooms: Pick<Rooms, 'of' | 'prepare'>
  /** @param changed root → its tree as it is now; null: there is none any more */
  replace(changed: ReadonlyMap<ProviderId, ProviderTree | null>): void
}

/** From so many new or vanished trees at once, sorting anew is cheaper than moving one by one. */
const MANY = 64

export function treeList(): TreeList {
  let trees: ProviderTree[] = []
  let wasRead = false
  const rooms = openRooms(() => trees)
  const put = (root: ProviderId, tree: ProviderTree | null): void => {
    const at = positionOf(trees, root)
    const gone = trees[at]?.root === root ? 1 : 0
    const come = tree === null ? [] : [tree]
    trees.splice(at, gone, ...come)
    rooms.spliced(at, gone, come)
  }
  return {
    rooms,
    get trees() {
      wasRead = true
      return trees
    },
    replace: (changed) => {
      if (changed.size === 0) return
      if (changed.size >= MANY) {
        trees = resorted(trees, changed)
        rooms.reset()
      } else {
        if (wasRead) trees = trees.slice()
        for (const [root, tree] of changed) put(root, tree)
      }
      wasRead = false
    },
  }
}

function resorted(
  trees: readonly ProviderTree[],
  changed: ReadonlyMap<ProviderId, ProviderTree | null>,
): ProviderTree[] {
  const kept = trees.filter((tree) => !changed.has(tree.root))
  for (const tree of changed.values()) if (tree !== null) kept.push(tree)
  return kept.sort((a, b) => (a.root < b.root ? -1 : 1))
}

/** Where the tree of this root stands, or would stand. */
function positionOf(trees: readonly ProviderTree[], root: ProviderId): number {
  let low = 0
  let high = trees.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((trees[middle] as ProviderTree).root < root) low = middle + 1
    else high = middle
  }
  return low
}
