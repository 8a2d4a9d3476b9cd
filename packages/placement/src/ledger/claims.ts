import { insertIgnore, part, type Claim, type ClaimResult, type ConsumerId, type GlobalTx } from '@novakit/core'
import { inOrder } from './batches.ts'
import { markChanged } from './change-feed.ts'
import { checkClaims } from './check-claims.ts'
import { moveGuards } from './guards.ts'
import { contentOf, holdingOf, lockHoldings, nothing, type Holder } from './holdings.ts'
import { moveInventories } from './inventory-moves.ts'
import { planOf, type Change } from './plan.ts'
import { refusalOf } from './refusal.ts'
import { emptyHoldings, fillHoldings } from './rows.ts'
import { tables, type ConsumerRow } from './tables.ts'

/** A claim beside what its consumer holds already; null for a new consumer. */
interface Wish extends Change {
  readonly claim: Claim
  readonly holder: Holder | null
}

/**
 * See the port. New consumers are the rule, so that is tried first, without reading anything: their rows go in if
 * they are not there. Where one is, the claims are looked at again beside what their consumers hold.
 *
 * Nothing is decided by what was read: every write that may lose has a predicate, and its rows are counted. A write
 * that loses undoes the call, back to a savepoint, and only then it is looked up what to say. If that finds nothing
 * short any more, it was a race.
 */
export async function claim(tx: GlobalTx, claims: readonly Claim[]): Promise<ClaimResult> {
  checkClaims(claims)
  const ordered = inOrder(claims, (each) => each.consumer)
  if (ordered.every((each) => typeof each.consumerGeneration !== 'number')) {
    const fresh = ordered.map((each) => wishOf(each, null))
    const outcome = await attempt(tx, fresh)
    if (outcome !== 'consumer_exists') return resultOf(tx, claims, fresh, outcome)
  }
  return replace(tx, claims, ordered)
}

async function replace(tx: GlobalTx, claims: readonly Claim[], ordered: readonly Claim[]): Promise<ClaimResult> {
  const holders = await lockHoldings(
    tx,
    ordered.map((each) => each.consumer),
  )
  const wishes = ordered
    .map((each) => wishOf(each, holders.get(each.consumer) ?? null))
    .filter((wish) => !isRepeat(wish))
  const stale = wishes.find((wish) => !generationHolds(wish))
  if (stale !== undefined) return raced(stale.consumer)
  return resultOf(tx, claims, wishes, await attempt(tx, wishes))
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

/**
 * A part of the caller's transaction, and not writes that take back what was written: it undoes also what lost half-way
 * through a statement of several rows, and leaves nothing locked.
 */
async function attempt(tx: GlobalTx, wishes: readonly Wish[]): Promise<'claimed' | Loss> {
  if (wishes.length === 0) return 'claimed'
  try {
    await part(tx, () => take(tx, wishes))
    return 'claimed'
  } catch (error) {
    if (error instanceof Lost) return error.loss
    throw error
  }
}

async function take(tx: GlobalTx, wishes: readonly Wish[]): Promise<void> {
  if (!(await enterConsumers(tx, wishes))) throw new Lost('consumer_exists')
  const plan = planOf(wishes)
  if (!(await moveInventories(tx, plan.moves))) throw new Lost('refused')
  if (!(await moveGuards(tx, plan.guards))) throw new Lost('refused')
  await emptyHoldings(tx, wishes)
  await fillHoldings(tx, wishes)
  await markChanged(tx, plan.providers, 'grows')
}

/** False if a consumer that was new is there by now, or one that was there has changed. */
async function enterConsumers(tx: GlobalTx, wishes: readonly Wish[]): Promise<boolean> {
  const fresh = wishes.filter((wish) => wish.holder === null).map(({ claim: each }) => ({ ...consumerRow(each, 1) }))
  if (fresh.length > 0 && (await insertIgnore(tx, 'consumer', fresh)) !== fresh.length) return false
  for (const { claim: each, holder } of wishes) {
    if (holder === null) continue
    const { id, ...row } = consumerRow(each, holder.generation + 1)
    const { numUpdatedRows } = await tables(tx)
      .updateTable('consumer')
      .set(row)
      .where('id', '=', id)
      .where('generation', '=', holder.generation)
      .executeTakeFirst()
    if (Number(numUpdatedRows) !== 1) return false
  }
  return true
}

function consumerRow(of: Claim, generation: number): ConsumerRow {
  const { consumer: id, consumerType: type, project, user, operation } = of
  return { id, type, project, user, generation, operation }
}

function wishOf(of: Claim, holder: Holder | null): Wish {
  return { claim: of, holder, consumer: of.consumer, before: holder ?? nothing, after: holdingOf(of) }
}

function isRepeat({ claim: of, holder, before, after }: Wish): boolean {
  return holder !== null && holder.operation === of.operation && contentOf(before) === contentOf(after)
}

/** Compared only where a client sent it; null says that the consumer is new. */
function generationHolds({ claim: of, holder }: Wish): boolean {
  return of.consumerGeneration === undefined || of.consumerGeneration === (holder?.generation ?? null)
}

async function resultOf(
  tx: GlobalTx,
  claims: readonly Claim[],
  wishes: readonly Wish[],
  outcome: 'claimed' | Loss,
): Promise<ClaimResult> {
  const [first] = wishes
  if (outcome === 'claimed' || first === undefined) return { kind: 'claimed' }
  const asGiven = claims.flatMap((each) => wishes.find((wish) => wish.claim === each) ?? [])
  const refusal = outcome === 'refused' ? await refusalOf(tx, asGiven) : null
  return refusal === null ? raced(first.consumer) : { kind: 'refused', refusal }
}

function raced(consumer: ConsumerId): ClaimResult {
  return { kind: 'refused', refusal: { kind: 'race', consumer } }
}
