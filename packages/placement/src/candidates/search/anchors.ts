import type { ProviderId } from '@novakit/core'
import { hasAny } from '../request/eligible.ts'
import type { Plan, PlannedGroup } from '../request/plan.ts'
import { isSharing } from '../providers/sharing.ts'
import type { ProviderIndex, ProviderTree, TreeProvider } from '../types.ts'
import { walk } from './order.ts'

/** Up to so many trees are fetched and sorted; more are picked out of the list of all. */
const FEW = 64

/**
 * The trees that may serve as anchors, as they are now, in the order of the seed. Where the index knows for some part
 * of the request which trees have it, only the fewest are looked at.
 */
export function anchorsFor(index: ProviderIndex, plan: Plan, seed: string): Iterable<ProviderTree> {
  const { trees } = index
  const roots = narrowest(index, plan)
  if (roots === null || roots.size > trees.length / 2) return walk(trees, seed)
  if (roots.size <= FEW) return walk(few(index, roots), seed)
  return picked(index, trees, roots, seed)
}

function few(index: ProviderIndex, roots: ReadonlySet<ProviderId>): readonly ProviderTree[] {
  return [...roots].sort((a, b) => (a < b ? -1 : 1)).flatMap((root) => index.treeOf(root) ?? [])
}

function* picked(
  index: ProviderIndex,
  trees: readonly ProviderTree[],
  roots: ReadonlySet<ProviderId>,
  seed: string,
): Iterable<ProviderTree> {
  for (const tree of walk(trees, seed)) {
    // The roots are live. Once the index has changed they speak of another time, and every tree is looked at.
    if (roots.has(tree.root) || index.trees !== trees) yield tree
  }
}

/** Null: nothing narrows them down. */
function narrowest(index: ProviderIndex, plan: Plan): ReadonlySet<ProviderId> | null {
  const sharers = [...index.sharing.trees.values()].flatMap(({ providers }) => providers.filter(isSharing))
  let least: ReadonlySet<ProviderId> | null = null
  const offer = (set: ReadonlySet<ProviderId>): void => {
    if (least === null || set.size < least.size) least = set
  }
  for (const trait of plan.request.rootRequired) offer(index.rootsWith('trait', trait))
  for (const group of plan.groups) for (const set of setsOf(index, group, sharers)) offer(set)
  return least
}

/** What a sharing provider can bring along does not tell which trees have it. */
function* setsOf(
  index: ProviderIndex,
  { group, plain, required, wanted }: PlannedGroup,
  sharers: readonly TreeProvider[],
): Iterable<ReadonlySet<ProviderId>> {
  for (const { resourceClass } of wanted) {
    if (!sharers.some(({ inventories }) => inventories.has(resourceClass)))
      yield index.rootsWith('class', resourceClass)
  }
  for (const anyOf of required) {
    if (!sharers.some(({ traits }) => hasAny(traits, anyOf))) yield anyRoots(index, 'trait', anyOf)
  }
  for (const anyOf of group.memberOf) {
    const isMember = ({ aggregates }: TreeProvider): boolean => anyOf.some((each) => aggregates.includes(each))
    if (!sharers.some(isMember)) yield anyRoots(index, 'aggregate', anyOf)
  }
  if (group.inTree === null) return
  const root = index.treeOf(group.inTree)?.root
  if (root === undefined) yield new Set()
  else if (plain || !index.sharing.trees.has(root)) yield new Set([root])
}

function anyRoots(
  index: ProviderIndex,
  what: 'trait' | 'aggregate',
  names: readonly string[],
): ReadonlySet<ProviderId> {
  const [only] = names
  if (names.length === 1 && only !== undefined) return index.rootsWith(what, only)
  return new Set(names.flatMap((name) => [...index.rootsWith(what, name)]))
}
