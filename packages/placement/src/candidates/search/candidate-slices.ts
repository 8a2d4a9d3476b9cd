import { hasRootTraits } from '../request/eligible.ts'
import { flatFits } from '../request/flat.ts'
import { optionsOf, type Options } from '../request/options.ts'
import { isTrivial, planOf, type Plan } from '../request/plan.ts'
import { reachOf, type Reach, type Surroundings } from '../request/reach.ts'
import type { CandidateRequest, CandidateResult, ProviderIndex, ProviderTree, TreeProvider } from '../types.ts'
import { alikePieces } from './alike.ts'
import { anchorsFor } from './anchors.ts'
import { openHarvest, type Harvest } from './harvest.ts'
import type { Fuel } from './lookahead.ts'
import { surroundingsOf } from './surroundings.ts'
import { treeSearch, type TreeSearch } from './tree-search.ts'

/** Where an answer without a limit ends. Eight groups on eight equal devices have 40,320 candidates. */
export const DEFAULT_CAP = 65_536

/** Fuel for a piece of work between two yields: one or two milliseconds. What a unit does grows with the slots. */
const SLICE = 5000
const sliceOf = ({ slots }: Plan): number => SLICE / (1 + slots.length / 8)

/** What the parts of a search burn, beside its steps. */
const COST = { tree: 4, search: 20, node: 1, candidate: 8 }

/** Fuel burnt without a find, after which a tree is given up, and what is left of it once several trees were. */
const PATIENCE = { fuel: 300_000, trees: 5, after: 15_000 }

interface Open {
  readonly reach: Reach
  readonly search: TreeSearch
}

/**
 * All candidates for a request, as `GET /allocation_candidates` defines them, or the first `limit` of them. It yields
 * between bounded pieces of work and returns the result.
 *
 * The order: one candidate from each anchor, then the next one from each, and so on; and of candidates that differ only
 * in which of several interchangeable children they use, one before any of the others. The work follows from the limit,
 * not from the number of combinations. What is offered can be claimed, as far as the index knows.
 */
export function candidateSlices(
  index: ProviderIndex,
  request: CandidateRequest,
): Generator<void, CandidateResult, void> {
  const plan = planOf(request.resources, request.nested)
  const around = surroundingsOf(index, plan)
  return slices(plan, around, anchorsFor(index, plan, request.seed), request)
}

/** The same in one piece. */
export function findCandidates(index: ProviderIndex, request: CandidateRequest): CandidateResult {
  const work = candidateSlices(index, request)
  for (let step = work.next(); ; step = work.next()) if (step.done === true) return step.value
}

/** What the pieces of one search share. */
interface Job {
  readonly plan: Plan
  readonly around: Surroundings
  readonly harvest: Harvest
  readonly fuel: Fuel
  readonly isFull: () => boolean
  /** Trees given up so far. */
  gaveUp: number
}

function* slices(
  plan: Plan,
  around: Surroundings,
  anchors: Iterable<ProviderTree>,
  { limit, cap = DEFAULT_CAP }: CandidateRequest,
): Generator<void, CandidateResult, void> {
  const most = Math.min(limit ?? cap, cap)
  const harvest = openHarvest(plan)
  const isFull = (): boolean => harvest.candidates.length >= most
  const job: Job = { plan, around, harvest, isFull, fuel: { left: sliceOf(plan) }, gaveUp: 0 }
  const others: Open[] = []
  yield* rounds(job, yield* firstRound(job, anchors, others), others)
  yield* rounds(job, others, [])
  const isCut = isFull() && (limit === null || limit > most)
  return { candidates: harvest.candidates, summarised: harvest.summarised(), partial: isCut || job.gaveUp > 0 }
}

/** One candidate from each anchor. @returns the searches that may have more */
function* firstRound(
  job: Job,
  anchors: Iterable<ProviderTree>,
  others: Open[],
): Generator<void, readonly Open[], void> {
  const goOn: Open[] = []
  for (const tree of anchors) {
    if (job.isFull()) break
    const open = tree.providers.length > WIDE ? yield* openWide(job, tree) : openAt(job, tree)
    if (open !== null && (yield* advance(job, open, others))) goOn.push(open)
    if (job.fuel.left <= 0) yield* pause(job)
  }
  return goOn
}

/** One candidate from each search, until all are at their end. @param others searches with another half to come */
function* rounds(job: Job, searches: readonly Open[], others: Open[]): Generator<void, void, void> {
  for (let open = searches; open.length > 0;) {
    const goOn: Open[] = []
    for (const each of open) {
      if (job.isFull()) return
      if (yield* advance(job, each, others)) goOn.push(each)
    }
    open = goOn
  }
}

/** @returns whether it found one */
function* advance(job: Job, open: Open, others: Open[]): Generator<void, boolean, void> {
  for (;;) {
    const found = open.search.next(job.fuel)
    if (found === 'pause') yield* pause(job)
    else if (found === 'end') {
      if (open.search.gaveUp) job.gaveUp++
      else if (open.search.rest()) others.push(open)
      return false
    } else {
      job.fuel.left -= COST.candidate
      job.harvest.add(open.reach, found)
      return true
    }
  }
}

function* pause({ fuel, plan }: Job): Generator<void, void, void> {
  yield
  fuel.left = sliceOf(plan)
}

/** Null: there is nothing to search, and what there is to find was added. */
function openAt({ plan, around, harvest, fuel, gaveUp }: Job, tree: ProviderTree, known?: Options): Open | null {
  const root = tree.providers[0] as TreeProvider
  fuel.left -= COST.tree
  if (!hasRootTraits(plan.request, root)) return null
  const reach = reachOf(tree, around)
  if (isTrivial(plan)) {
    harvest.add(reach, [])
    return null
  }
  if (plan.only !== null && reach.nodes.length === 1) {
    if (flatFits(root, plan.only, (id) => around.rootOf(id) === root.id)) harvest.add(reach, plan.slots.map(toRoot))
    return null
  }
  fuel.left -= COST.search + COST.node * reach.nodes.length * plan.slots.length
  const options = known ?? optionsOf(plan, reach)
  if (options === null) return null
  const patience = gaveUp < PATIENCE.trees ? PATIENCE.fuel : PATIENCE.after
  return { reach, search: treeSearch(plan, reach, options, patience) }
}

/** Providers of a tree that is opened in pieces. */
const WIDE = 1000

/** What is known of its providers afterwards makes {@link openAt} short. */
function* openWide(job: Job, tree: ProviderTree): Generator<void, Open | null, void> {
  for (const _ of alikePieces(tree.providers)) yield* pause(job)
  const options = isTrivial(job.plan) ? null : optionsOf(job.plan, reachOf(tree, job.around))
  yield* pause(job)
  const open = openAt(job, tree, options ?? undefined)
  yield* pause(job)
  return open
}

function toRoot(): number {
  return 0
}
