import { id, type ConsumerId, type ProviderId } from '@novakit/core'
import {
  allocationsOfConsumer,
  allocationsOnProvider,
  getProvider,
  removeAllocations,
  setAllocations,
} from '@novakit/placement'
import { allow, bodyOf, latest, param, type Handler } from '../call.ts'
import { badRequest, conflict, notFound } from '../fault.ts'
import { pageAsked, pageHeaders, type Page } from '../paging.ts'
import { rules } from '../policy/rules.ts'
import * as schemas from '../schemas/allocations.ts'
import { normalUuid } from '../uuid.ts'
import { allocationRequest, textOnProvider, wireOfConsumer, type AllocationBody } from '../wire/allocations.ts'
import { concurrentUpdate, wording, type Faults } from '../wire/words.ts'

/** @param unknownClass how the sentence about it begins */
export function allocationFaults(unknownClass: string): Faults {
  return {
    'placement.consumer_generation_conflict': (_, { expected, found }) =>
      concurrentUpdate(`consumer generation conflict - expected ${found ?? 'null'} but got ${expected ?? 'None'}`),
    'placement.unknown_provider': (_, { provider }) =>
      badRequest(`Allocation for resource provider '${provider}' that does not exist.`),
    'placement.resource_class_not_found': (words) => badRequest(`${unknownClass} ${words}`),
    'placement.refused': (words, { refusal }) =>
      refusal.kind === 'race' || refusal.kind === 'guard'
        ? concurrentUpdate(`Inventory and/or allocations changed while attempting to allocate: ${words}`)
        : conflict(`Unable to allocate inventory: ${words}`),
  }
}

export const showOfConsumer: Handler = async (call) => {
  allow(call, rules.listAllocations)
  const consumer = id<ConsumerId>(param(call, 'consumer_uuid'))
  const found = await call.at.store.read((tx) => allocationsOfConsumer(tx, consumer))
  return { status: 200, body: wireOfConsumer(found, call.minor), modified: found?.changedAt ?? null }
}

export const listOnProvider: Handler = async (call) => {
  allow(call, rules.providerAllocations)
  const uuid = param(call, 'uuid')
  const page = pageAsked(call.request)
  const faults: Faults = {
    'placement.provider_not_found': (words) => notFound(`Resource provider '${uuid}' not found: ${words}`),
  }
  const { provider, found } = await wording(faults, () =>
    call.at.store.read(async (tx) => {
      const it = await getProvider(tx, id<ProviderId>(uuid))
      return { provider: it, found: await allocationsOnProvider(tx, it.id, page === null ? {} : partOf(page)) }
    }),
  )
  const shown = page === null ? found : found.slice(0, page.limit)
  const text = await textOnProvider(shown, provider.generation, call.minor)
  const consumers = found.map((each) => each.consumer)
  const headers = page === null ? {} : pageHeaders(page, consumers)
  return { status: 200, text, modified: latest(shown.map((each) => each.changedAt)), headers }
}

/** One more than the page holds tells whether there is another. */
function partOf({ limit, after }: Page) {
  return { limit: limit + 1, ...(after === null ? {} : { after: id<ConsumerId>(after) }) }
}

export const put: Handler = async (call) => {
  allow(call, rules.updateAllocations)
  const given = param(call, 'consumer_uuid')
  const consumer = normalUuid(given)
  if (consumer === null) throw badRequest(`Malformed consumer_uuid: ${given}`)
  const body = await bodyOf<AllocationBody>(call, schemas.putAllocations)
  const request = allocationRequest(consumer, body, call.minor)
  const faults = allocationFaults(`Unable to allocate inventory for consumer ${consumer}:`)
  await wording(faults, () => call.at.store.write((tx) => setAllocations(tx, [request], call.at.mirror.told(tx))))
  return { status: 204 }
}

export const post: Handler = async (call) => {
  allow(call, rules.manageAllocations)
  const body = await bodyOf<Readonly<Record<string, AllocationBody>>>(call, schemas.postAllocations)
  const requests = Object.entries(body).map(([consumer, each]) => allocationRequest(consumer, each, call.minor))
  const faults = allocationFaults('Unable to allocate inventory')
  await wording(faults, () => call.at.store.write((tx) => setAllocations(tx, requests)))
  return { status: 204 }
}

export const remove: Handler = async (call) => {
  allow(call, rules.deleteAllocations)
  const consumer = param(call, 'consumer_uuid')
  const faults: Faults = {
    'placement.nothing_allocated': () => notFound(`No allocations for consumer '${consumer}'`),
  }
  await wording(faults, () => call.at.store.write((tx) => removeAllocations(tx, id<ConsumerId>(consumer))))
  return { status: 204 }
}
