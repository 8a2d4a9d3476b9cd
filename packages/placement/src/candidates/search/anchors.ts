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
 * of the request which trees have it, only the fewest are looked at; trees without enough room of a class not at all.
 */
export function anchorsFor(index: ProviderIndex, plan: Plan, seed: string): Iterable<ProviderTree> {
  const { trees } = index
  const sharers = [...index.sharing.trees.values()].flatMap(({ providers }) => providers.filter(isSharing))
  const roots = narrowest(index, plan, sharers)
  if (roots !== null && roots.size <= FEW) return inOrder(few(index, roots), seed)
  const needs = plan.groups
    .flatMap(({ wanted }) => wanted)
    .filter(({ resourceClass }) => !canShare(resourceClass, sharers))
  const rooms = needs.map(({ resourceClass, amount }): Room => ({ amount, room: index.roomOf(resourceClass) }))
  return picked(index, trees, { rooms, roots: roots === null || roots.size > trees.length / 2 ? null : roots }, seed)
}

interface Room {
  readonly amount: number
  readonly room: ArrayLike<number>
}

interface Sieve {
  readonly rooms: readonly Room[]
  /** Null: any. */
  readonly roots: ReadonlySet<ProviderId> | null
}

function few(index: ProviderIndex, roots: ReadonlySet<ProviderId>): readonly ProviderTree[] {
  return [...roots].sort((a, b) => (a < b ? -1 : 1)).flatMap((root) => index.treeOf(root) ?? [])
}

function* inOrder(trees: readonly ProviderTree[], seed: string): Iterable<ProviderTree> {
  for (const position of walk(trees.length, seed)) yield trees[position] as ProviderTree
}

function* picked(
  index: ProviderIndex,
  trees: readonly ProviderTree[],
  { rooms, roots }: Sieve,
  seed: string,
): Iterable<ProviderTree> {
  for (const position of walk(trees.length, seed)) {
    // What the sieve knows is live. Once the index has changed it speaks of another time, and every tree is looked at.
    if (index.trees === trees) {
      if (!rooms.every(({ amount, room }) => (room[position] as number) >= amount)) continue
      if (roots !== null && !roots.has((trees[position] as ProviderTree).root)) continue
    }
    yield trees[position] as ProviderTree
  }
}

/** Null: nothing narrows them down. */
function narrowest(index: ProviderIndex, plan: Plan, sharers: readonly TreeProvider[]): ReadonlySet<ProviderId> | null {
  let least: ReadonlySet<ProviderId> | null = null
  const offer = (set: ReadonlySet<ProviderId>): void => {
    if (least === null || set.size < least.size) least = set
  }
  for (const trait of plan.request.rootRequired) offer(index.rootsWith('trait', trait))
  for (const group of plan.groups) for (const set of setsOf(index, group, sharers)) offer(set)
  return least
}

function canShare(resourceClass: string, sharers: readonly TreeProvider[]): boolean {
  return sharers.some(({ inventories }) => inventories.has(resourceClass))
}

/** What a sharing provider can bring along does not tell which trees have it. */
function* setsOf(
  index: ProviderIndex,
  { group, plain, required, wanted }: PlannedGroup,
  sharers: readonly TreeProvider[],
): Iterable<ReadonlySet<ProviderId>> {
  for (const { resourceClass } of wanted) {
    if (!canShare(resourceClass, sharers)) yield index.rootsWith('class', resourceClass)
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
