import type { ProviderId } from '@novakit/core'
import { optionsOf } from '../request/options.ts'
import { isTrivial, planOf, type Plan } from '../request/plan.ts'
import { reachOf, type Surroundings } from '../request/reach.ts'
import { surroundingsOf } from '../search/surroundings.ts'
import type { Fuel } from '../search/lookahead.ts'
import { treeSearch } from '../search/tree-search.ts'
import type {
  CandidateRequest,
  ProviderIndex,
  ProviderTree,
  Shortage,
  ShortageCode,
  ShortageReport,
  TreeProvider,
} from '../types.ts'
import { combinedShortage, groupShortage, rootShortage } from './shortage.ts'

/** A piece of work between two yields, a few milliseconds; and what a tree costs before it is searched. */
const SLICE = 5000
const COST = 25

/** Fuel burnt without a find, after which a tree has too many combinations. */
const PATIENCE = 15_000

/** How many of the trees that came closest are told of. */
const CLOSEST = 5

/**
 * Why trees serve a request not at all; those that serve it are counted and no more said of. It looks at every tree,
 * yields between bounded pieces of work, and returns the report.
 */
export function shortageSlices(
  index: ProviderIndex,
  request: Pick<CandidateRequest, 'resources' | 'nested'>,
): Generator<void, ShortageReport, void> {
  const plan = planOf(request.resources, request.nested)
  return slices(plan, index.trees, surroundingsOf(index, plan))
}

function* slices(
  plan: Plan,
  trees: readonly ProviderTree[],
  around: Surroundings,
): Generator<void, ShortageReport, void> {
  const codes = new Map<ShortageCode, number>()
  let closest: readonly Short[] = []
  const fuel: Fuel = { left: SLICE }
  for (const tree of trees) {
    const shortage = yield* shortageOf(plan, tree, around, fuel)
    if (fuel.left <= 0) {
      yield
      fuel.left = SLICE
    }
    if (shortage === null) continue
    codes.set(shortage.code, (codes.get(shortage.code) ?? 0) + 1)
    closest = [...closest, { root: tree.root, shortage, distance: distanceOf(shortage) }]
      .sort((a, b) => compare(a.distance, b.distance))
      .slice(0, CLOSEST)
  }
  return { trees: trees.length, codes, closest: closest.map(({ root, shortage }) => ({ root, shortage })) }
}

/** Null: the tree serves the request. */
function* shortageOf(
  plan: Plan,
  tree: ProviderTree,
  around: Surroundings,
  fuel: Fuel,
): Generator<void, Shortage | null, void> {
  fuel.left -= COST
  const root = rootShortage((tree.providers[0] as TreeProvider).traits, plan.request)
  if (root !== null) return root
  const reach = reachOf(tree, around)
  const options = optionsOf(plan, reach)
  if (options === null) return groupShortage(plan, reach)
  if (isTrivial(plan)) return null
  const search = treeSearch(plan, reach, options, PATIENCE)
  for (let found = search.next(fuel); found !== 'end'; found = search.next(fuel)) {
    if (found !== 'pause') return null
    yield
    fuel.left = SLICE
  }
  return groupShortage(plan, reach) ?? combinedShortage(plan, reach, search.gaveUp)
}

interface Short {
  readonly root: ProviderId
  readonly shortage: Shortage
  readonly distance: readonly [number, number]
}

/** The farther off, the earlier the test that a tree does not pass. */
const order: readonly ShortageCode[] = [
  'placement.combination',
  'placement.too_many_combinations',
  'placement.capacity',
  'placement.unit',
  'placement.no_inventory',
  'placement.traits',
  'placement.aggregates',
  'placement.in_tree',
  'placement.root_traits',
]

/** Which test it fails; and of what it has too little, the greatest part that is missing, or the number of traits. */
function distanceOf({ code, classes, traits }: Shortage): readonly [number, number] {
  const parts = classes.map(({ shortBy, requested }) => shortBy / requested)
  return [order.indexOf(code), Math.max(traits.length, ...parts, 0)]
}

function compare(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] - b[0] || a[1] - b[1]
}
