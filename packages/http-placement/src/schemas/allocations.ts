import { byVersion } from './by-version.ts'
import { closed, externalId, integer, keyed, NAMED, SYMBOL, UUID_KEY, uuid } from './common.ts'
import { byProvider, inventoriesSchema } from './provider-parts.ts'
import type { JsonSchema } from '../validate/validator.ts'

const resources = keyed({ [SYMBOL]: { type: 'integer', minimum: 1 } }, { minProperties: 1 })
const owner = { project_id: externalId, user_id: externalId }

/** As it was at first: a list of providers. */
const list = {
  type: 'array',
  minItems: 1,
  items: closed({ resource_provider: closed({ uuid }, ['uuid']), resources }, ['resource_provider', 'resources']),
}
const held = closed({ generation: integer, resources }, ['resources'])
const one = (least: number): JsonSchema => byProvider(held, least === 0 ? {} : { minProperties: least })

const dict = { allocations: one(1), ...owner }
const deletable = { ...dict, allocations: one(0) }
const generations = { ...deletable, consumer_generation: { type: ['integer', 'null'] } }
const mappings = {
  type: 'object',
  minProperties: 1,
  patternProperties: { [NAMED]: { type: 'array', minItems: 1, items: uuid } },
}
const mapped = { ...generations, mappings }
const typed = { ...mapped, consumer_type: { type: 'string', pattern: SYMBOL, minLength: 1, maxLength: 255 } }

const needed = ['allocations', 'project_id', 'user_id']
const since28 = closed(generations, [...needed, 'consumer_generation'])
const since34 = closed(mapped, [...needed, 'consumer_generation'])
const since38 = closed(typed, [...needed, 'consumer_generation', 'consumer_type'])

export const putAllocations = byVersion([
  [0, closed({ allocations: list }, ['allocations'])],
  [8, closed({ allocations: list, ...owner }, needed)],
  [12, closed(dict, needed)],
  [28, since28],
  [34, since34],
  [38, since38],
])

const many = (inner: JsonSchema, least: number): JsonSchema =>
  keyed({ [UUID_KEY]: inner }, least === 0 ? {} : { minProperties: least })

export const postAllocations = byVersion([
  [13, many(closed(deletable, needed), 1)],
  [28, many(since28, 1)],
  [34, many(since34, 1)],
  [38, many(since38, 1)],
])

const reshaping = (inner: JsonSchema): JsonSchema =>
  closed({ inventories: byProvider(inventoriesSchema, { minProperties: 1 }), allocations: many(inner, 0) }, [
    'inventories',
    'allocations',
  ])

export const postReshaper = byVersion([
  [30, reshaping(since28)],
  [34, reshaping(since34)],
  [38, reshaping(since38)],
])

const project = { project_id: externalId, user_id: externalId }
const type = { type: 'string', pattern: `${SYMBOL}|^all|^unknown$`, minLength: 1, maxLength: 255 }

export const getUsages = byVersion([
  [9, closed(project, ['project_id'])],
  [38, closed({ ...project, consumer_type: type }, ['project_id'])],
])
