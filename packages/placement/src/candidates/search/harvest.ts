import type { ProviderId } from '@novakit/core'
import type { Plan } from '../request/plan.ts'
import type { Reach } from '../request/reach.ts'
import { isSharing } from '../providers/sharing.ts'
import type { AllocationCandidate, ProviderTree, TreeProvider } from '../types.ts'
import { unreadCandidate } from './candidate.ts'
import type { Assignment } from './tree-search.ts'

/** What a search over many trees has found. */
export interface Harvest {
  readonly candidates: readonly AllocationCandidate[]
  /** Passed over if there is an equal one from another anchor. */
  add(reach: Reach, assignment: Assignment): void
  summarised(): readonly TreeProvider[]
}

export function openHarvest(plan: Plan): Harvest {
  const candidates: AllocationCandidate[] = []
  const shared = new Set<string>()
  const trees = new Map<ProviderId, ProviderTree>()
  const used = new Set<TreeProvider>()
  const note = (reach: Reach, assignment: Assignment): void => {
    for (const [slot, { wanted }] of plan.slots.entries()) {
      if (wanted.length === 0) continue
      const node = nodeAt(reach, assignment[slot] as number)
      used.add(node)
      if (trees.has(node.root)) continue
      const tree = node.root === reach.tree.root ? reach.tree : reach.around.sharing.trees.get(node.root)
      if (tree !== undefined) trees.set(node.root, tree)
    }
  }
  return {
    candidates,
    add: (reach, assignment) => {
      if (isOnlyShared(reach, assignment)) {
        const key = assignment.map((node) => nodeAt(reach, node).id).join()
        if (shared.has(key)) return
        shared.add(key)
      }
      note(reach, assignment)
      candidates.push(unreadCandidate(plan, reach, assignment))
    },
    summarised: () => (plan.nested ? [...trees.values()].flatMap(({ providers }) => providers) : [...used]),
  }
}

/** Another anchor can come to an equal candidate only if every provider in it shares. */
function isOnlyShared(reach: Reach, assignment: Assignment): boolean {
  if (reach.around.sharing.trees.size === 0) return assignment.length === 0
  return assignment.every((node) => isSharing(nodeAt(reach, node)))
}

function nodeAt({ nodes }: Reach, node: number): TreeProvider {
  return nodes[node] as TreeProvider
}
