import {
  nextRound,
  wholeNumber,
  type ClaimRefusal,
  type ConsumerId,
  type GlobalTx,
  type ProjectId,
  type ProviderId,
  type Resources,
  type UserId,
} from '@novakit/core'
import { ledgerErrors, told } from '../errors.ts'
import { rest } from '../ledger/breath.ts'
import { inBatches } from '../ledger/batches.ts'
import { MAX_AMOUNT } from '../ledger/check-tree.ts'
import type { ClaimRequest } from '../ledger/claim-request.ts'
import { claimAll } from '../ledger/claims.ts'
import { allocationRows, gathered } from '../ledger/holdings.ts'
import { unknownNames } from '../ledger/names.ts'
import { release } from '../ledger/release.ts'
import type { TellUsage } from '../ledger/usage-change.ts'
import { tables, type ConsumerRow } from '../ledger/tables.ts'

/** What one consumer shall hold. */
export interface AllocationRequest {
  readonly consumer: ConsumerId
  /** Null: nobody knows. Undefined: as it is, and unknown for a new consumer. */
  readonly consumerType?: string | null
  readonly project: ProjectId
  readonly user: UserId
  /** Provider → class → amount. Empty: the consumer holds nothing any more, and is forgotten. */
  readonly allocations: ReadonlyMap<ProviderId, Resources>
  /** Null: it has to be new. Undefined: whatever it is. */
  readonly consumerGeneration?: number | null
}

/**
 * Replaces what these consumers hold, all or nothing. The generations of the providers and consumers grow.
 * @param tell for a mirror: `mirror.told(tx)`
 * @throws `placement.consumer_generation_conflict`, `placement.unknown_provider`, `placement.resource_class_not_found`,
 *   `placement.refused`, in this order
 */
export async function setAllocations(
  tx: GlobalTx,
  requests: readonly AllocationRequest[],
  tell?: TellUsage,
): Promise<void> {
  const tooMuch = requests.flatMap(beyondEveryUnit)[0]
  const result =
    tooMuch === undefined
      ? await claimAll(tx, requests.map(toClaim), { judgeHeld: true, ...(tell === undefined ? {} : { tell }) })
      : ({ kind: 'refused', refusal: tooMuch } as const)
  if (result.kind === 'claimed') return
  await rest(requests.length)
  await explain(tx, requests)
  throw told(ledgerErrors.refused, { refusal: result.refusal })
}

function toClaim(request: AllocationRequest): ClaimRequest {
  const { consumer, project, user, allocations, consumerType, consumerGeneration } = request
  const claim = { consumer, project, user, allocations, consumerType, guards: [], operation: null }
  return consumerGeneration === undefined ? claim : { ...claim, consumerGeneration }
}

/** No inventory has units as large, and no column of the database either. */
function beyondEveryUnit({ consumer, allocations }: AllocationRequest): readonly ClaimRefusal[] {
  return [...allocations].flatMap(([provider, resources]) =>
    Object.entries(resources)
      .filter(([, requested]) => requested > MAX_AMOUNT)
      .map(([resourceClass, requested]) => ({ kind: 'unit' as const, consumer, provider, resourceClass, requested })),
  )
}

/** What makes a request wrong comes before what it is short of. Asked only of those that were refused. */
async function explain(tx: GlobalTx, requests: readonly AllocationRequest[]): Promise<void> {
  await checkConsumers(tx, requests)
  const providers = requests.flatMap(({ allocations }) => [...allocations.keys()])
  await checkProviders(tx, providers)
  const classes = requests.flatMap(({ allocations }) => [...allocations.values()].flatMap(Object.keys))
  const [name] = await unknownNames(tx, 'resource_class', classes)
  if (name !== undefined) throw told(ledgerErrors.resource_class_not_found, { name })
}

/** @throws `placement.consumer_generation_conflict` */
export async function checkConsumers(tx: GlobalTx, requests: readonly AllocationRequest[]): Promise<void> {
  const asked = requests.filter(({ consumerGeneration }) => consumerGeneration !== undefined)
  const found = new Map((await consumerRows(tx, asked)).map((row) => [row.id, wholeNumber(row.generation)]))
  for (const { consumer, consumerGeneration: expected = null } of asked) {
    const is = found.get(consumer) ?? null
    if (is !== expected) throw told(ledgerErrors.consumer_generation_conflict, { consumer, expected, found: is })
  }
}

function consumerRows(tx: GlobalTx, of: readonly { readonly consumer: ConsumerId }[]): Promise<readonly ConsumerRow[]> {
  return inBatches(of, (batch) =>
    tables(tx)
      .selectFrom('consumer')
      .selectAll()
      .where(
        'id',
        'in',
        batch.map(({ consumer }) => consumer),
      )
      .execute(),
  )
}

/** @throws `placement.unknown_provider` */
export async function checkProviders(tx: GlobalTx, providers: readonly ProviderId[]): Promise<void> {
  const rows = await inBatches([...new Set(providers)], (batch) =>
    tables(tx).selectFrom('resource_provider').select('id').where('id', 'in', batch).execute(),
  )
  const known = new Set(rows.map((row) => row.id))
  const provider = providers.find((each) => !known.has(each))
  if (provider !== undefined) throw told(ledgerErrors.unknown_provider, { provider })
}

/** Gives back all that a consumer holds. @throws `placement.nothing_allocated` */
export async function removeAllocations(tx: GlobalTx, consumer: ConsumerId): Promise<void> {
  const row = await tables(tx).selectFrom('consumer').select('id').where('id', '=', consumer).executeTakeFirst()
  if (row === undefined) throw told(ledgerErrors.nothing_allocated, { consumer })
  await release(tx, [consumer])
}

export interface ConsumerAllocations {
  readonly consumer: ConsumerId
  readonly consumerType: string | null
  readonly project: string
  readonly user: string
  readonly generation: number
  /** Milliseconds since 1970. */
  readonly changedAt: number
  /** By provider, with the generation that the provider is at. */
  readonly providers: ReadonlyMap<ProviderId, { readonly generation: number; readonly resources: Resources }>
}

/** Null: it holds nothing. */
export async function allocationsOfConsumer(tx: GlobalTx, consumer: ConsumerId): Promise<ConsumerAllocations | null> {
  const [row] = await consumerRows(tx, [{ consumer }])
  if (row === undefined) return null
  const rows = await allocationRows(tx, [consumer], 'plain')
  await rest(rows.length)
  const amounts = gathered(rows)
  await rest(rows.length)
  const ids = [...amounts.keys()]
  const generations = await inBatches(ids, (batch) =>
    tables(tx).selectFrom('resource_provider').select(['id', 'generation']).where('id', 'in', batch).execute(),
  )
  await rest(ids.length)
  const byId = new Map(generations.map((each) => [each.id as ProviderId, wholeNumber(each.generation)]))
  // Others may write between one read and the next: what is gone by then is left out.
  const providers = [...amounts].flatMap(([id, resources]) => {
    const generation = byId.get(id)
    return generation === undefined ? [] : [[id, { generation, resources }] as const]
  })
  if (providers.length === 0) return null
  return {
    consumer,
    consumerType: row.type,
    project: row.project,
    user: row.user,
    generation: wholeNumber(row.generation),
    changedAt: wholeNumber(row.changed_at),
    providers: new Map(providers),
  }
}

export interface ProviderAllocation {
  readonly consumer: ConsumerId
  readonly generation: number
  readonly changedAt: number
  readonly resources: Resources
}

export interface Page {
  /** Consumers after this one, by id. */
  readonly after?: ConsumerId
  readonly limit?: number
}

/** Consumers that are read in one go. */
const SLICE = 500

/** Who holds something of a provider, by consumer. */
export async function allocationsOnProvider(
  tx: GlobalTx,
  provider: ProviderId,
  { after, limit = Infinity }: Page = {},
): Promise<readonly ProviderAllocation[]> {
  const found: ProviderAllocation[] = []
  for (let last = after; ; await nextRound()) {
    // Who is gone between two reads leaves room: a page that is not full would be taken for the last one.
    const most = Math.min(SLICE, limit - found.length)
    const slice = await sliceOnProvider(tx, provider, last, most)
    found.push(...slice.found)
    if (slice.last === null || found.length >= limit) return found
    last = slice.last
  }
}

interface Slice {
  readonly found: readonly ProviderAllocation[]
  /** Null: nobody comes after these. */
  readonly last: ConsumerId | null
}

async function sliceOnProvider(
  tx: GlobalTx,
  provider: ProviderId,
  after: ConsumerId | undefined,
  limit: number,
): Promise<Slice> {
  let holders = tables(tx)
    .selectFrom('allocation')
    .select('consumer')
    .distinct()
    .where('provider', '=', provider)
    .orderBy('consumer')
    .limit(limit)
  if (after !== undefined) holders = holders.where('consumer', '>', after)
  const ids = (await holders.execute()).map((row) => ({ consumer: row.consumer as ConsumerId }))
  const consumers = new Map((await consumerRows(tx, ids)).map((row) => [row.id, row]))
  const rows = await inBatches(ids, (batch) =>
    tables(tx)
      .selectFrom('allocation')
      .selectAll()
      .where('provider', '=', provider)
      .where(
        'consumer',
        'in',
        batch.map(({ consumer }) => consumer),
      )
      .orderBy('resource_class')
      .execute(),
  )
  const byConsumer = Map.groupBy(rows, (row) => row.consumer)
  const found = ids.flatMap(({ consumer }): readonly ProviderAllocation[] => {
    const row = consumers.get(consumer)
    const resources = gathered(byConsumer.get(consumer) ?? []).get(provider)
    if (row === undefined || resources === undefined) return []
    return [{ consumer, generation: wholeNumber(row.generation), changedAt: wholeNumber(row.changed_at), resources }]
  })
  return { found, last: ids.length < limit ? null : (ids.at(-1)?.consumer ?? null) }
}
