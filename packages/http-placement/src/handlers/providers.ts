import { id, type ProviderId } from '@novakit/core'
import { createProvider, getProvider, removeProvider, updateProvider } from '@novakit/placement'
import { allow, bodyOf, param, type Handler } from '../call.ts'
import { badRequest, codes, conflict, notFound } from '../fault.ts'
import { rules } from '../policy/rules.ts'
import * as schemas from '../schemas/providers.ts'
import { normalUuid } from '../uuid.ts'
import { providerPath, wireProvider } from '../wire/provider.ts'
import { wording, type Faults } from '../wire/words.ts'

interface ProviderBody {
  readonly name: string
  readonly uuid?: string
  readonly parent_provider_uuid?: string | null
}

export const create: Handler = async (call) => {
  allow(call, rules.createProvider)
  const { minor, at } = call
  const { name, uuid, parent_provider_uuid: parent } = await bodyOf<ProviderBody>(call, schemas.createProvider)
  const given = uuid === undefined ? null : normalUuid(uuid)
  const provider = id<ProviderId>(given ?? at.ids.uuid())
  const wrong = (words: string) => badRequest(`Unable to create resource provider "${name}", ${provider}: ${words}`)
  if (name === '') throw wrong('Object action create failed because: name is required')
  const faults: Faults = {
    'placement.provider_exists': (_, { fields }) =>
      duplicate(fields.map((field) => `${field}: ${field === 'uuid' ? provider : name}`)),
    'placement.parent_not_found': wrong,
    'placement.parent_is_itself': wrong,
  }
  const input = { id: provider, name, parent: parentOf(parent) ?? null }
  const made = await wording(faults, () => at.store.write((tx) => createProvider(tx, input)))
  const location = providerPath(at.prefix, provider)
  if (minor < 20) return { status: 201, location }
  return { status: 200, location, body: wireProvider(made, minor, at.prefix), modified: made.changedAt }
}

function duplicate(what: readonly string[]) {
  return conflict(`Conflicting resource provider ${what.join(', ')} already exists.`, codes.duplicateName)
}

function parentOf(parent: string | null | undefined): ProviderId | null | undefined {
  return typeof parent === 'string' ? id<ProviderId>(normalUuid(parent) ?? parent) : parent
}

export const show: Handler = async (call) => {
  allow(call, rules.showProvider)
  const { at, minor } = call
  const provider = await at.store.read((tx) => getProvider(tx, id<ProviderId>(param(call, 'uuid'))))
  return { status: 200, body: wireProvider(provider, minor, at.prefix), modified: provider.changedAt }
}

export const update: Handler = async (call) => {
  allow(call, rules.updateProvider)
  const { at, minor } = call
  const provider = id<ProviderId>(param(call, 'uuid'))
  await at.store.read((tx) => getProvider(tx, provider))
  const body = await bodyOf<ProviderBody>(call, schemas.updateProvider)
  const wrong = (words: string) => badRequest(`Unable to save resource provider ${provider}: ${words}`)
  const faults = {
    'placement.provider_exists': () =>
      conflict(`Conflicting resource provider ${body.name} already exists.`, codes.duplicateName),
    'placement.parent_not_found': wrong,
    'placement.parent_is_set': wrong,
    'placement.tree_loop': wrong,
  }
  const parent = parentOf(body.parent_provider_uuid)
  const input = { name: body.name, mayMove: minor >= 37, ...(parent === undefined ? {} : { parent }) }
  const after = await wording(faults, () => at.store.write((tx) => updateProvider(tx, provider, input)))
  return { status: 200, body: wireProvider(after, minor, at.prefix), modified: after.changedAt }
}

export const remove: Handler = async (call) => {
  allow(call, rules.deleteProvider)
  const uuid = param(call, 'uuid')
  const faults = {
    'placement.provider_in_use': (words: string) =>
      conflict(`Unable to delete resource provider ${uuid}: ${words}`, codes.providerInUse),
    'placement.provider_not_found': () => notFound(`No resource provider with uuid ${uuid} found for delete`),
    'placement.provider_has_children': () =>
      conflict(
        `Unable to delete parent resource provider ${uuid}: It has child resource providers.`,
        codes.cannotDeleteParent,
      ),
  }
  await wording(faults, () => call.at.store.write((tx) => removeProvider(tx, id<ProviderId>(uuid))))
  return { status: 204 }
}
