import type { Claim, ClaimRefusal, ClaimResult, ConsumerId, ProviderId, Resources } from '@novakit/core'
import type { RemoteClient } from './client.ts'

interface Held {
  readonly allocations: Readonly<Record<string, { readonly resources: Resources }>>
  /** Null: it holds nothing. */
  readonly generation: number | null
}

/** All or none, in one request. Nobody looks at guards there. */
export async function claimRemotely(client: RemoteClient, claims: readonly Claim[]): Promise<ClaimResult> {
  const held = new Map<ConsumerId, Held>()
  for (const { consumer } of claims) held.set(consumer, await heldBy(client, consumer))
  const open = claims.filter((claim) => !isHeld(claim, held.get(claim.consumer)))
  const [first] = open
  if (first === undefined) return { kind: 'claimed' }
  const stale = open.find(({ consumer, consumerGeneration: told }) => {
    return told !== undefined && told !== (held.get(consumer)?.generation ?? null)
  })
  if (stale !== undefined) return race(stale.consumer)
  const body = Object.fromEntries(open.map((claim) => [claim.consumer, wire(claim, held.get(claim.consumer))]))
  const { status, code, detail } = await client.ask('POST', '/allocations', body)
  if (status < 300) return { kind: 'claimed' }
  const isRace = code === 'placement.concurrent_update'
  const refusal = isRace ? null : await refusalOf(client, open, detail)
  return refusal === null ? race(first.consumer) : { kind: 'refused', refusal }
}

function race(consumer: ConsumerId): ClaimResult {
  return { kind: 'refused', refusal: { kind: 'race', consumer } }
}

export async function heldBy(client: RemoteClient, consumer: ConsumerId): Promise<Held> {
  const found = await client.send('GET', `/allocations/${consumer}`)
  return { allocations: found.allocations, generation: found.consumer_generation ?? null }
}

function wire(claim: Claim, held: Held | undefined) {
  return {
    allocations: Object.fromEntries([...claim.allocations].map(([provider, resources]) => [provider, { resources }])),
    consumer_generation: held?.generation ?? null,
    consumer_type: claim.consumerType,
    project_id: claim.project,
    user_id: claim.user,
  }
}

function isHeld({ allocations }: Claim, held: Held | undefined): boolean {
  const before = Object.entries(held?.allocations ?? {}).map(([provider, { resources }]) => text(provider, resources))
  const after = [...allocations].map(([provider, resources]) => text(provider, resources))
  return before.length > 0 && before.toSorted().join() === after.toSorted().join()
}

function text(provider: string, resources: Resources): string {
  return JSON.stringify([provider, Object.entries(resources).toSorted(([a], [b]) => (a < b ? -1 : 1))])
}

/** The words name the class and the provider; what is short of it is looked up. Null: nothing is, by now. */
async function refusalOf(client: RemoteClient, claims: readonly Claim[], words: string): Promise<ClaimRefusal | null> {
  const [, resourceClass = '', provider = ''] = /'([A-Z0-9_]+)' on resource provider '([^']+)'/.exec(words) ?? []
  const id = provider as ProviderId
  const asked = claims.find(({ allocations }) => allocations.get(id)?.[resourceClass] !== undefined)
  const where = { provider: id, resourceClass, consumer: (asked ?? claims[0])?.consumer as ConsumerId }
  const requested = asked?.allocations.get(id)?.[resourceClass] ?? 0
  if (words.includes('violate inventory constraints')) return { kind: 'unit', ...where, requested }
  if (!words.includes('exceed the capacity')) return provider === '' ? null : { kind: 'no_inventory', ...where }
  const stock = await client.get(`/resource_providers/${provider}/inventories/${resourceClass}`)
  const { usages } = await client.send('GET', `/resource_providers/${provider}/usages`)
  const capacity = Math.floor(((stock?.total ?? 0) - (stock?.reserved ?? 0)) * (stock?.allocation_ratio ?? 1))
  return { kind: 'capacity', ...where, requested, available: Math.max(0, capacity - (usages[resourceClass] ?? 0)) }
}
