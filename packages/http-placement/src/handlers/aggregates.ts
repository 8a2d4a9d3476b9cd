import { id, type AggregateId, type ProviderId } from '@novakit/core'
import { aggregatesOf, getProvider, replaceAggregates } from '@novakit/placement'
import { allow, bodyOf, param, type Handler } from '../call.ts'
import { rules } from '../policy/rules.ts'
import * as schemas from '../schemas/provider-parts.ts'
import { concurrentUpdate, wording } from '../wire/words.ts'

/** Since then the generation is told, compared and raised. */
const GENERATIONS = 19

export const list: Handler = async (call) => {
  allow(call, rules.listAggregates)
  const { provider, aggregates } = await call.at.store.read(async (tx) => {
    const found = await getProvider(tx, id<ProviderId>(param(call, 'uuid')))
    return { provider: found, aggregates: await aggregatesOf(tx, found.id) }
  })
  return reply(aggregates, provider.generation, call.minor)
}

function reply(aggregates: readonly string[], generation: number, minor: number) {
  const body = { aggregates, ...(minor >= GENERATIONS ? { resource_provider_generation: generation } : {}) }
  return { status: 200, body, modified: null }
}

type AggregatesBody =
  | readonly string[]
  | { readonly aggregates: readonly string[]; readonly resource_provider_generation: number }

export const set: Handler = async (call) => {
  allow(call, rules.updateAggregates)
  const provider = id<ProviderId>(param(call, 'uuid'))
  await call.at.store.read((tx) => getProvider(tx, provider))
  const body = await bodyOf<AggregatesBody>(call, schemas.setAggregates)
  const [aggregates, generation] =
    'aggregates' in body ? [body.aggregates, body.resource_provider_generation] : [body, undefined]
  const faults = {
    'placement.generation_conflict': () =>
      concurrentUpdate("Resource provider's generation already changed. Please update the generation and try again."),
  }
  const after = await wording(faults, () =>
    call.at.store.write((tx) => replaceAggregates(tx, provider, aggregates.map(id<AggregateId>), generation)),
  )
  return reply(aggregates, after, call.minor)
}
