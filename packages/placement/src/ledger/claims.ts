import { part, type ClaimRefusal, type ClaimResult, type ConsumerId, type GlobalTx, type Claim } from '@novakit/core'
import { inOrder } from './batches.ts'
import { markChanged, markOne } from './change-feed.ts'
import { rest } from './breath.ts'
import { checkClaims } from './check-claims.ts'
import type { ClaimRequest, ClaimRules } from './claim-request.ts'
import { enterConsumers, enterNew } from './enter-consumers.ts'
import { moveGuards } from './guards.ts'
import { contentOf, holdingOf, lockHoldings, nothing, type Holder } from './holdings.ts'
import { CLASSES_PER_STATEMENT, moveInventories, moveTogether, moveTold } from './inventory-moves.ts'
import { planOf, type Change, type Plan } from './plan.ts'
import { refusalOf } from './refusal.ts'
import { dropConsumers, emptyHoldings, fillHoldings } from './rows.ts'

/** A claim beside what its consumer holds already; null for a new consumer. */
interface Wish extends Change {
  readonly claim: ClaimRequest
  readonly holder: Holder | null
}

/** See the port. */
export function claim(tx: GlobalTx, claims: readonly Claim[]): Promise<ClaimResult> {
  return claimAll(tx, claims, { judgeHeld: false })
}

/**
 * New consumers are the rule, so that is tried first, without reading anything: their rows go in if they are not there.
 * Where one is, the claims are looked at again beside what their consumers hold.
 *
 * Nothing is decided by what was read: every write that may lose has a predicate, and its rows are counted. A write
 * that loses undoes the call, and only then it is looked up what to say. If that finds nothing short any more, it was a
 * race.
 */
export async function claimAll(tx: GlobalTx, claims: readonly ClaimRequest[], rules: ClaimRules): Promise<ClaimResult> {
  const size = sizeOf(claims)
  checkClaims(claims)
  await rest(size)
  const ordered = inOrder(claims, (each) => each.consumer)
  if (ordered.every((each) => typeof each.consumerGeneration !== 'number')) {
    const fresh = ordered.map((each) => wishOf(each, null))
    await rest(size)
    const outcome = await attempt(tx, fresh, rules)
    if (outcome !== 'consumer_exists') return resultOf(tx, claims, fresh, outcome, rules)
  }
  return replace(tx, claims, ordered, rules)
}

/** Amounts, of all consumers together. */
function sizeOf(claims: readonly ClaimRequest[]): number {
  let size = 0
  for (const { allocations } of claims) for (const resources of allocations.values()) for (const _ in resources) size++
  return size
}

async function replace(
  tx: GlobalTx,
  claims: readonly ClaimRequest[],
  ordered: readonly ClaimRequest[],
  rules: ClaimRules,
): Promise<ClaimResult> {
  const holders = await lockHoldings(
    tx,
    ordered.map((each) => each.consumer),
  )
  await rest(sizeOf(claims))
  const wishes = ordered
    .map((each) => wishOf(each, holders.get(each.consumer) ?? null))
    .filter((wish) => !isRepeat(wish))
  const stale = wishes.find((wish) => !generationHolds(wish))
  if (stale !== undefined) return raced(stale.consumer)
  return resultOf(tx, claims, wishes, await attempt(tx, wishes, rules), rules)
}

type Loss = 'consumer_exists' | 'refused'

/** Thrown inside the part that is to be undone, and caught right outside of it. */
class Lost extends Error {
  readonly loss: Loss
  constructor(loss: Loss) {
    super(loss)
    this.loss = loss
  }
}

async function attempt(tx: GlobalTx, wishes: readonly Wish[], rules: ClaimRules): Promise<'claimed' | Loss> {
  const [first] = wishes
  if (first === undefined) return 'claimed'
  const plan = await planOf(wishes, rules)
  await rest(plan.moves.length)
  if (wishes.length === 1 && isSimple(tx, first, plan)) return takeSimple(tx, first, plan, rules)
  return attemptInPart(tx, wishes, plan)
}

/** The common claim: one new consumer, one provider, no guards. */
function isSimple({ dialect }: GlobalTx, { holder }: Wish, { providers, guards, moves }: Plan): boolean {
  const fewEnough = providers.length === 1 && moves.length <= CLASSES_PER_STATEMENT
  return holder === null && fewEnough && guards.length === 0 && dialect.name !== 'mysql'
}

/**
 * Four statements, and no savepoint: each of the two that may lose writes everything or nothing, and the one row that
 * is there by then is taken out again.
 */
async function takeSimple(
  tx: GlobalTx,
  wish: Wish,
  { moves, providers }: Plan,
  { tell }: ClaimRules,
): Promise<'claimed' | Loss> {
  if (!(await enterNew(tx, wish.claim))) return 'consumer_exists'
  const isTold = tell !== undefined && tx.dialect.singleWriter
  const used = isTold ? await moveTold(tx, moves) : (await moveTogether(tx, moves)) ? new Map<string, number>() : null
  if (used === null) {
    await dropConsumers(tx, [wish.consumer])
    return 'refused'
  }
  await fillHoldings(tx, [wish])
  const [provider] = providers
  if (isTold && provider !== undefined) tell({ provider, used, ...(await markOne(tx, provider, 'grows')) })
  else await markChanged(tx, providers, 'grows')
  return 'claimed'
}

/**
 * A part of the caller's transaction, and not writes that take back what was written: it undoes also what lost half-way
 * through several statements, and leaves nothing locked.
 */
async function attemptInPart(tx: GlobalTx, wishes: readonly Wish[], plan: Plan): Promise<'claimed' | Loss> {
  try {
    await part(tx, () => take(tx, wishes, plan))
    return 'claimed'
  } catch (error) {
    if (error instanceof Lost) return error.loss
    throw error
  }
}

async function take(tx: GlobalTx, wishes: readonly Wish[], plan: Plan): Promise<void> {
  if (!(await enterConsumers(tx, wishes))) throw new Lost('consumer_exists')
  if (!(await moveInventories(tx, plan.moves))) throw new Lost('refused')
  if (!(await moveGuards(tx, plan.guards))) throw new Lost('refused')
  await emptyHoldings(tx, wishes)
  await fillHoldings(tx, wishes)
  await markChanged(tx, plan.providers, 'grows')
}

function wishOf(of: ClaimRequest, holder: Holder | null): Wish {
  return { claim: of, holder, consumer: of.consumer, before: holder ?? nothing, after: holdingOf(of) }
}

function isRepeat({ claim: of, holder, before, after }: Wish): boolean {
  const sameOperation = of.operation !== null && holder?.operation === of.operation
  return sameOperation && contentOf(before) === contentOf(after)
}

/** Compared only where a client sent it; null says that the consumer is new. */
function generationHolds({ claim: of, holder }: Wish): boolean {
  return of.consumerGeneration === undefined || of.consumerGeneration === (holder?.generation ?? null)
}

async function resultOf(
  tx: GlobalTx,
  claims: readonly ClaimRequest[],
  wishes: readonly Wish[],
  outcome: 'claimed' | Loss,
  rules: ClaimRules,
): Promise<ClaimResult> {
  const [first] = wishes
  if (outcome === 'claimed' || first === undefined) return { kind: 'claimed' }
  const byClaim = new Map(wishes.map((wish) => [wish.claim, wish]))
  const asGiven = claims.flatMap((each) => byClaim.get(each) ?? [])
  const refusal = outcome === 'refused' ? await refusalOf(tx, asGiven, rules) : null
  return refusal === null ? raced(first.consumer) : refused(refusal)
}

function raced(consumer: ConsumerId): ClaimResult {
  return refused({ kind: 'race', consumer })
}

function refused(refusal: ClaimRefusal): ClaimResult {
  return { kind: 'refused', refusal }
}
