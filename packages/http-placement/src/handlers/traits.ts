import { id, type ProviderId } from '@novakit/core'
import {
  ensureTrait,
  getProvider,
  getTrait,
  listTraits,
  removeTrait,
  setTraits,
  traitsOf,
  type TraitFilter,
} from '@novakit/placement'
import { allow, bodyOf, checkQuery, latest, param, type Handler } from '../call.ts'
import { badRequest, conflict, notFound } from '../fault.ts'
import { rules } from '../policy/rules.ts'
import type { Query } from '../query.ts'
import * as schemas from '../schemas/provider-parts.ts'
import { concurrentUpdate, wording, type Faults } from '../wire/words.ts'

export const list: Handler = async (call) => {
  allow(call, rules.listTraits)
  const filter = filterOf(checkQuery(call, schemas.listTraits))
  const traits = await call.at.store.read((tx) => listTraits(tx, filter))
  const body = { traits: traits.map((trait) => trait.name) }
  return { status: 200, body, modified: latest(traits.map((trait) => trait.createdAt)) }
}

function filterOf(query: Query): TraitFilter {
  const name = query.get('name')
  const associated = query.get('associated')?.toLowerCase()
  if (associated !== undefined && associated !== 'true' && associated !== 'false') {
    throw badRequest('The query parameter "associated" only accepts "true" or "false"')
  }
  return { ...nameFilter(name), ...(associated === undefined ? {} : { associated: associated === 'true' }) }
}

function nameFilter(name: string | undefined): TraitFilter {
  if (name === undefined) return {}
  const at = name.indexOf(':')
  if (at < 0) {
    throw badRequest(
      'Badly formatted name parameter. Expected name query string parameter in form: ' +
        `?name=[in|startswith]:[name1,name2|prefix]. Got: "${name}"`,
    )
  }
  const value = name.slice(at + 1)
  if (name.startsWith('in:')) return { names: value.split(',') }
  return name.startsWith('startswith:') ? { prefix: value } : {}
}

const noTrait: Faults = { 'placement.trait_not_found': (words) => notFound(words) }

export const show: Handler = async (call) => {
  allow(call, rules.showTrait)
  const trait = await wording(noTrait, () => call.at.store.read((tx) => getTrait(tx, param(call, 'name'))))
  return { status: 204, modified: trait.createdAt }
}

export const put: Handler = async (call) => {
  allow(call, rules.updateTrait)
  const name = param(call, 'name')
  if (schemas.customTrait(name) !== null) {
    throw badRequest(
      'The trait is invalid. A valid trait must be no longer than 255 characters, start with the prefix "CUSTOM_" ' +
        'and use following characters: "A"-"Z", "0"-"9" and "_"',
    )
  }
  const { isNew, trait } = await call.at.store.write(async (tx) => {
    const made = await ensureTrait(tx, name)
    return { isNew: made, trait: await getTrait(tx, name) }
  })
  return { status: isNew ? 201 : 204, location: `${call.at.prefix}/traits/${name}`, modified: trait.createdAt }
}

export const remove: Handler = async (call) => {
  allow(call, rules.deleteTrait)
  const faults: Faults = {
    ...noTrait,
    'placement.trait_standard': (words) => badRequest(words),
    'placement.trait_in_use': (words) => conflict(words),
  }
  await wording(faults, () => call.at.store.write((tx) => removeTrait(tx, param(call, 'name'))))
  return { status: 204 }
}

export const listOfProvider: Handler = async (call) => {
  allow(call, rules.listProviderTraits)
  const uuid = param(call, 'uuid')
  const faults = {
    'placement.provider_not_found': (text: string) => notFound(`No resource provider with uuid ${uuid} found: ${text}`),
  }
  const { provider, traits } = await wording(faults, () =>
    call.at.store.read(async (tx) => {
      const found = await getProvider(tx, id<ProviderId>(uuid))
      return { provider: found, traits: await traitsOf(tx, found.id) }
    }),
  )
  const body = { traits, resource_provider_generation: provider.generation }
  return { status: 200, body, modified: traits.length === 0 ? null : provider.changedAt }
}

interface TraitsBody {
  readonly traits: readonly string[]
  readonly resource_provider_generation: number
}

export const setOfProvider: Handler = async (call) => {
  allow(call, rules.updateProviderTraits)
  const body = await bodyOf<TraitsBody>(call, schemas.setTraits)
  const provider = id<ProviderId>(param(call, 'uuid'))
  const faults = {
    'placement.generation_conflict': () =>
      concurrentUpdate("Resource provider's generation already changed. Please update the generation and try again."),
    'placement.trait_not_found': (_: string, { names }: { readonly names: readonly string[] }) =>
      badRequest(`No such trait ${names.join(', ')}`),
  }
  const { generation, traits } = await wording(faults, () =>
    call.at.store.write(async (tx) => {
      const after = await setTraits(tx, provider, body.traits, body.resource_provider_generation)
      return { generation: after, traits: await traitsOf(tx, provider) }
    }),
  )
  return { status: 200, body: { traits, resource_provider_generation: generation }, modified: null }
}

export const removeOfProvider: Handler = async (call) => {
  allow(call, rules.deleteProviderTraits)
  await call.at.store.write((tx) => setTraits(tx, id<ProviderId>(param(call, 'uuid')), []))
  return { status: 204 }
}
