import { id, nextRound, type ProviderId } from '@novakit/core'
import { findProviders, unknownNames, type MirroredProvider, type ProviderFilter } from '@novakit/placement'
import { allow, checkQuery, latest, type Call, type Handler } from '../call.ts'
import { badRequest } from '../fault.ts'
import { pageAsked, pageHeaders, type Page } from '../paging.ts'
import { rules } from '../policy/rules.ts'
import type { Query } from '../query.ts'
import { listProviders } from '../schemas/providers.ts'
import { normalUuid } from '../uuid.ts'
import { jsonList } from '../wire/json-pieces.ts'
import { wireProvider } from '../wire/provider.ts'
import { aggregateDemands, resourcesIn, traitDemands } from '../wire/query-values.ts'

/** Served out of the mirror: an answer over all providers would cost the database more than all other requests. */
export const list: Handler = async (call) => {
  allow(call, rules.listProviders)
  const { minor, at } = call
  const filter = filterOf(checkQuery(call, listProviders), minor)
  await checkNames(call, filter)
  const { found, headers } = paged(findProviders(await at.mirror.current(), filter), pageAsked(call.request))
  await nextRound()
  const text = await jsonList('resource_providers', found, (provider) => wireProvider(provider, minor, at.prefix))
  return { status: 200, text, modified: latest(found.map((provider) => provider.changedAt)), headers }
}

function paged(all: readonly MirroredProvider[], page: Page | null) {
  if (page === null) return { found: all, headers: {} }
  const { limit, after } = page
  const rest = all.filter(({ id: own }) => after === null || own > after).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const headers = pageHeaders(
    page,
    rest.map((provider) => provider.id),
  )
  return { found: rest.slice(0, limit), headers }
}

function filterOf(query: Query, minor: number): ProviderFilter {
  const [name, uuid, tree, resources] = ['name', 'uuid', 'in_tree', 'resources'].map((key) => query.get(key))
  return {
    ...aggregateDemands(query.all('member_of'), '', minor),
    ...traitDemands(query.all('required'), minor),
    ...(name === undefined || name === '' ? {} : { name }),
    ...(uuid === undefined ? {} : { id: providerId(uuid) }),
    ...(tree === undefined ? {} : { inTree: providerId(tree) }),
    ...(resources === undefined ? {} : { resources: resourcesIn(resources) }),
  }
}

function providerId(uuid: string): ProviderId {
  return id<ProviderId>(normalUuid(uuid) ?? uuid)
}

async function checkNames({ at }: Call, { resources = {}, required = [], forbidden = [] }: ProviderFilter) {
  const traits = [...required.flat(), ...forbidden]
  const classes = Object.keys(resources)
  if (traits.length + classes.length === 0) return
  const [noTraits, noClasses] = await at.store.read(async (tx) => [
    await unknownNames(tx, 'trait', traits),
    await unknownNames(tx, 'resource_class', classes),
  ])
  if (noTraits.length > 0) {
    throw badRequest(`Invalid trait(s) in "required" parameter: No such trait(s): ${noTraits.join(', ')}.`)
  }
  if (noClasses.length > 0) {
    throw badRequest(`Invalid resource class in resources parameter: No such resource class ${noClasses[0]}.`)
  }
}
