import { id, type ConsumerId, type ProjectId, type ProviderId, type Resources, type UserId } from '@novakit/core'
import type { AllocationRequest, ConsumerAllocations, ProviderAllocation } from '@novakit/placement'
import type { Content } from '@novakit/http-kit'
import { badRequest } from '../fault.ts'
import { normalUuid } from '../uuid.ts'
import { jsonPieces, writeJoined } from './json-pieces.ts'

type Held = Readonly<Record<string, { readonly resources: Resources }>>

/** One consumer's part of a body, in any version. */
export interface AllocationBody {
  readonly allocations:
    | Held
    | readonly { readonly resource_provider: { readonly uuid: string }; readonly resources: Resources }[]
  readonly project_id?: string
  readonly user_id?: string
  readonly consumer_generation?: number | null
  readonly consumer_type?: string
}

/** Whose an allocation is when a client is too old to say it. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** @throws Fault 400: one provider is written in two ways */
export function allocationRequest(consumer: string, body: AllocationBody, minor: number): AllocationRequest {
  return {
    consumer: id<ConsumerId>(consumer),
    project: id<ProjectId>(body.project_id ?? NOBODY),
    user: id<UserId>(body.user_id ?? NOBODY),
    allocations: new Map(held(body.allocations)),
    ...(body.consumer_type === undefined ? {} : { consumerType: body.consumer_type }),
    ...(minor >= 28 ? { consumerGeneration: body.consumer_generation ?? null } : {}),
  }
}

function held(allocations: AllocationBody['allocations']): (readonly [ProviderId, Resources])[] {
  if (isList(allocations)) return allocations.map((each) => [providerId(each.resource_provider.uuid), each.resources])
  const named = Object.entries(allocations).map(([uuid, { resources }]) => [providerId(uuid), resources] as const)
  const seen = new Set<ProviderId>()
  for (const [provider] of named) {
    if (seen.has(provider)) throw badRequest(`Allocations name resource provider '${provider}' more than once.`)
    seen.add(provider)
  }
  return named
}

function isList(
  allocations: AllocationBody['allocations'],
): allocations is Exclude<AllocationBody['allocations'], Held> {
  return Array.isArray(allocations)
}

function providerId(uuid: string): ProviderId {
  return id<ProviderId>(normalUuid(uuid) ?? uuid)
}

export function wireOfConsumer(found: ConsumerAllocations | null, minor: number) {
  if (found === null) return { allocations: {} }
  return {
    allocations: Object.fromEntries(found.providers),
    ...(minor >= 12 ? { project_id: found.project, user_id: found.user } : {}),
    ...(minor >= 28 ? { consumer_generation: found.generation } : {}),
    ...(minor >= 38 ? { consumer_type: found.consumerType ?? 'unknown' } : {}),
  }
}

/** As JSON, in pieces: a provider may have a hundred thousand consumers. */
export async function textOnProvider(
  found: readonly ProviderAllocation[],
  generation: number,
  minor: number,
): Promise<Content> {
  const out = jsonPieces()
  await out.write('{"allocations":{')
  await writeJoined(out, found, ({ consumer, resources, generation: consumer_generation }) => {
    const entry = { resources, ...(minor >= 28 ? { consumer_generation } : {}) }
    return `${JSON.stringify(consumer)}:${JSON.stringify(entry)}`
  })
  await out.write(`},"resource_provider_generation":${generation}}`)
  return out.whole()
}
