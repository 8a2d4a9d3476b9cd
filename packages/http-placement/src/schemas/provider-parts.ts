import { always, byVersion } from './by-version.ts'
import { closed, CUSTOM, integer, keyed, MAX_INT, SYMBOL, text, uuid } from './common.ts'
import { validatorOf, type JsonSchema } from '../validate/validator.ts'

const amount = (minimum: number): JsonSchema => ({ type: 'integer', maximum: MAX_INT, minimum })
/** The greatest number that fits a column of single precision. */
const ratio = { type: 'number', maximum: 3.402_82e38 }

const fields = {
  resource_provider_generation: integer,
  total: amount(1),
  reserved: amount(0),
  min_unit: amount(1),
  max_unit: amount(1),
  step_size: amount(1),
  allocation_ratio: ratio,
}

export const changeInventory = always(closed(fields, ['total', 'resource_provider_generation']))
export const addInventory = always(
  closed({ ...fields, resource_class: { type: 'string', pattern: SYMBOL } }, ['total', 'resource_class']),
)

const record = closed(fields, ['total'])

/** A key that is no class's name is no error of form: nobody knows such a class. */
export const inventoriesSchema: JsonSchema = closed(
  {
    resource_provider_generation: integer,
    inventories: { type: 'object', patternProperties: { [SYMBOL]: record }, additionalProperties: record },
  },
  ['resource_provider_generation', 'inventories'],
)
export const setInventories = always(inventoriesSchema)

const aggregates = { type: 'array', items: uuid, uniqueItems: true }
export const setAggregates = byVersion([
  [1, aggregates],
  [19, closed({ aggregates, resource_provider_generation: integer }, ['aggregates', 'resource_provider_generation'])],
])

const traitName = { type: 'string', minLength: 1, maxLength: 255 }
export const customTrait = validatorOf({ ...traitName, pattern: CUSTOM })
export const setTraits = always(
  closed({ traits: { type: 'array', items: traitName }, resource_provider_generation: integer }, [
    'traits',
    'resource_provider_generation',
  ]),
)
export const listTraits = always(closed({ name: text, associated: text }))

export const resourceClass = always(closed({ name: { type: 'string', pattern: CUSTOM, maxLength: 255 } }, ['name']))

/** For what is keyed by providers. */
export const byProvider = (inner: JsonSchema, more: JsonSchema = {}): JsonSchema =>
  keyed({ '^[0-9a-fA-F-]{36}$': inner }, more)
