import {
  createResourceClass,
  ensureResourceClass,
  getResourceClass,
  listResourceClasses,
  removeResourceClass,
  renameResourceClass,
} from '@novakit/placement'
import { allow, bodyOf, latest, param, type Call, type Handler } from '../call.ts'
import { badRequest, conflict, notFound } from '../fault.ts'
import { rules } from '../policy/rules.ts'
import * as schemas from '../schemas/provider-parts.ts'
import { wording } from '../wire/words.ts'

/** Since then PUT makes sure that a class is there; before it gave it another name. */
const PUT_ENSURES = 7

function pathOf(call: Call, name: string): string {
  return `${call.at.prefix}/resource_classes/${name}`
}

function wireClass(call: Call, name: string) {
  return { name, links: [{ rel: 'self', href: pathOf(call, name) }] }
}

const noClass = { 'placement.resource_class_not_found': (words: string) => notFound(words) }

export const list: Handler = async (call) => {
  allow(call, rules.listClasses)
  const classes = await call.at.store.read(listResourceClasses)
  const body = { resource_classes: classes.map(({ name }) => wireClass(call, name)) }
  return { status: 200, body, modified: latest(classes.map((each) => each.createdAt)) }
}

export const show: Handler = async (call) => {
  allow(call, rules.showClass)
  const found = await wording(noClass, () => call.at.store.read((tx) => getResourceClass(tx, param(call, 'name'))))
  return { status: 200, body: wireClass(call, found.name), modified: found.createdAt }
}

export const create: Handler = async (call) => {
  allow(call, rules.createClass)
  const { name } = await bodyOf<{ readonly name: string }>(call, schemas.resourceClass)
  const faults = {
    'placement.resource_class_exists': () => conflict(`Conflicting resource class already exists: ${name}`),
  }
  await wording(faults, () => call.at.store.write((tx) => createResourceClass(tx, name)))
  return { status: 201, location: pathOf(call, name) }
}

export const put: Handler = (call) => (call.minor < PUT_ENSURES ? rename(call) : ensure(call))

async function rename(call: Call) {
  allow(call, rules.updateClass)
  const { name: to } = await bodyOf<{ readonly name: string }>(call, schemas.resourceClass)
  const name = param(call, 'name')
  const faults = {
    ...noClass,
    'placement.resource_class_exists': () => conflict(`Resource class already exists: ${to}`),
    'placement.resource_class_standard': () => badRequest(`Cannot update standard resource class ${name}`),
  }
  await wording(faults, () => call.at.store.write((tx) => renameResourceClass(tx, name, to)))
  return { status: 200, body: wireClass(call, to) }
}

async function ensure(call: Call) {
  allow(call, rules.updateClass)
  const name = param(call, 'name')
  const wrong = schemas.resourceClass(call.minor)({ name })
  if (wrong !== null) throw badRequest(`JSON does not validate: ${wrong}`)
  const isNew = await call.at.store.write((tx) => ensureResourceClass(tx, name))
  return { status: isNew ? 201 : 204, location: pathOf(call, name) }
}

export const remove: Handler = async (call) => {
  allow(call, rules.deleteClass)
  const faults = {
    ...noClass,
    'placement.resource_class_standard': (words: string) => badRequest(`Error in delete resource class: ${words}`),
    'placement.resource_class_in_use': (words: string) => conflict(`Error in delete resource class: ${words}`),
  }
  await wording(faults, () => call.at.store.write((tx) => removeResourceClass(tx, param(call, 'name'))))
  return { status: 204 }
}
