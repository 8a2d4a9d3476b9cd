import { id, type Inventory, type NovakitError, type ProviderId } from '@novakit/core'
import {
  addInventory,
  changeInventory,
  getProvider,
  inventoriesOf,
  removeInventory,
  setInventories,
} from '@novakit/placement'
import { allow, bodyOf, latest, param, type Call, type Handler } from '../call.ts'
import { badRequest, codes, conflict, notFound } from '../fault.ts'
import { rules } from '../policy/rules.ts'
import * as schemas from '../schemas/provider-parts.ts'
import { inventoryOf, wireInventory, type InventoryBody } from '../wire/inventory.ts'
import { providerPath } from '../wire/provider.ts'
import { concurrentUpdate, wording } from '../wire/words.ts'

function providerOf(call: Call): ProviderId {
  return id<ProviderId>(param(call, 'uuid'))
}

/** Since 1.26 all of an inventory may be reserved. */
function reservedWords(minor: number) {
  const than = minor >= 26 ? 'greater than total' : 'greater than or equal to total'
  return ({ provider, resourceClass }: { readonly provider: string; readonly resourceClass: string }) =>
    `Invalid inventory for '${resourceClass}' on resource provider '${provider}'. The reserved value is ${than}.`
}

/** What is wrong with an inventory for reasons that no schema knows. */
function badInventory(call: Call, doing: string) {
  const start = `Unable to ${doing} inventory for resource provider ${providerOf(call)}: `
  const words = reservedWords(call.minor)
  return {
    'placement.no_capacity': (_: string, facts: Parameters<typeof words>[0]) => badRequest(start + words(facts)),
    'placement.invalid_inventory': (why: NovakitError['message']) => badRequest(start + why),
  }
}

const noProvider = (call: Call) => ({
  'placement.provider_not_found': (words: string) =>
    notFound(`No resource provider with uuid ${providerOf(call)} found : ${words}`),
})

export const list: Handler = async (call) => {
  allow(call, rules.listInventories)
  const { provider, inventories } = await wording(noProvider(call), () => read(call))
  return {
    status: 200,
    body: {
      resource_provider_generation: provider.generation,
      inventories: Object.fromEntries([...inventories].map(([name, each]) => [name, wireInventory(each)])),
    },
    modified: latest([...inventories.values()].map((each) => each.changedAt)),
  }
}

function read(call: Call) {
  return call.at.store.read(async (tx) => {
    const provider = await getProvider(tx, providerOf(call))
    return { provider, inventories: await inventoriesOf(tx, provider.id) }
  })
}

export const show: Handler = async (call) => {
  allow(call, rules.showInventory)
  const resourceClass = param(call, 'resource_class')
  const { provider, inventories } = await wording(noProvider(call), () => read(call))
  const inventory = inventories.get(resourceClass)
  if (inventory === undefined) throw notFound(`No inventory of class ${resourceClass} for ${provider.id}`)
  const body = wireInventory(inventory, provider.generation)
  return { status: 200, body, modified: inventory.changedAt }
}

/** The provider is looked for before the body: a wrong body to nobody is a 404. */
async function demandProvider(call: Call): Promise<ProviderId> {
  return (await call.at.store.read((tx) => getProvider(tx, providerOf(call)))).id
}

export const add: Handler = async (call) => {
  allow(call, rules.createInventory)
  const provider = await demandProvider(call)
  const body = await bodyOf<InventoryBody & { readonly resource_class: string }>(call, schemas.addInventory)
  const name = body.resource_class
  const faults = {
    ...badInventory(call, 'create'),
    'placement.resource_class_not_found': (words: string) =>
      badRequest(`Unable to create inventory for resource provider ${provider}: ${words}`),
    'placement.inventory_exists': (words: string) => concurrentUpdate(`Update conflict: ${words}`),
    'placement.generation_conflict': (words: string) => concurrentUpdate(`Update conflict: ${words}`),
  }
  const inventory = inventoryOf(body)
  const generation = await wording(faults, () =>
    call.at.store.write((tx) => addInventory(tx, provider, [name, inventory], { mayBeEmpty: call.minor >= 26 })),
  )
  const location = `${providerPath(call.at.prefix, provider)}/inventories/${name}`
  return { status: 201, location, body: wireInventory(inventory, generation), modified: null }
}

export const change: Handler = async (call) => {
  allow(call, rules.updateInventory)
  const provider = await demandProvider(call)
  const body = await bodyOf<InventoryBody & Generation>(call, schemas.changeInventory)
  const missing = (words: string) =>
    badRequest(`No inventory record with resource class for resource provider ${provider}: ${words}`)
  const faults = {
    ...badInventory(call, 'update'),
    'placement.generation_conflict': generationConflict,
    'placement.inventory_not_found': missing,
  }
  const inventory = inventoryOf(body)
  const rule = { generation: body.resource_provider_generation, mayBeEmpty: call.minor >= 26 }
  const generation = await wording(faults, () =>
    call.at.store.write((tx) => changeInventory(tx, provider, [param(call, 'resource_class'), inventory], rule)),
  )
  return { status: 200, body: wireInventory(inventory, generation), modified: null }
}

interface Generation {
  readonly resource_provider_generation: number
}

function generationConflict() {
  return concurrentUpdate('resource provider generation conflict')
}

export const set: Handler = async (call) => {
  allow(call, rules.updateInventory)
  const provider = await demandProvider(call)
  const body = await bodyOf<Generation & { readonly inventories: Readonly<Record<string, InventoryBody>> }>(
    call,
    schemas.setInventories,
  )
  const faults = {
    ...badInventory(call, 'update'),
    'placement.resource_class_not_found': (words: string) =>
      badRequest(`Unknown resource class in inventory for resource provider ${provider}: ${words}`),
    'placement.generation_conflict': generationConflict,
    'placement.inventory_in_use': (words: string) => conflict(`update conflict: ${words}`, codes.inventoryInUse),
  }
  const inventories = inventoriesIn(body.inventories)
  const rule = { generation: body.resource_provider_generation, mayBeEmpty: call.minor >= 26 }
  const generation = await wording(faults, () =>
    call.at.store.write((tx) => setInventories(tx, provider, inventories, rule)),
  )
  const shown = Object.fromEntries([...inventories].map(([name, inventory]) => [name, wireInventory(inventory)]))
  return { status: 200, body: { resource_provider_generation: generation, inventories: shown }, modified: null }
}

export function inventoriesIn(body: Readonly<Record<string, InventoryBody>>): ReadonlyMap<string, Inventory> {
  return new Map(Object.entries(body).map(([name, each]) => [name, inventoryOf(each)]))
}

export const removeAll: Handler = async (call) => {
  allow(call, rules.deleteInventory)
  const provider = await demandProvider(call)
  const faults = {
    'placement.inventory_in_use': (words: string) => conflict(words, codes.inventoryInUse),
  }
  await wording(faults, () =>
    call.at.store.write((tx) => setInventories(tx, provider, new Map(), { mayBeEmpty: true })),
  )
  return { status: 204 }
}

export const remove: Handler = async (call) => {
  allow(call, rules.deleteInventory)
  const name = param(call, 'resource_class')
  const missing = (words: string) => notFound(`No inventory of class ${name} found for delete: ${words}`)
  const faults = {
    'placement.inventory_in_use': (words: string) =>
      concurrentUpdate(`Unable to delete inventory of class ${name}: ${words}`),
    'placement.inventory_not_found': missing,
    'placement.resource_class_not_found': missing,
  }
  await wording(faults, () => call.at.store.write((tx) => removeInventory(tx, providerOf(call), name)))
  return { status: 204 }
}
