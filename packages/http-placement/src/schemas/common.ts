import type { JsonSchema } from '../validate/validator.ts'

export const UUID_KEY = '^[0-9a-fA-F-]{36}$'
export const SYMBOL = '^[A-Z0-9_]+$'
export const CUSTOM = '^CUSTOM_[A-Z0-9_]+$'
/** Suffixes of request groups: numbers at first, then words. */
export const NUMBERED = '[1-9][0-9]*'
export const NAMED = '[a-zA-Z0-9_-]{1,64}'
export const MAX_INT = 2_147_483_647

export const uuid: JsonSchema = { type: 'string', format: 'uuid' }
export const text: JsonSchema = { type: 'string' }
export const integer: JsonSchema = { type: 'integer' }
export const externalId: JsonSchema = { type: 'string', minLength: 1, maxLength: 255 }

type Properties = Readonly<Record<string, JsonSchema>>

/** An object that has these properties and no others. */
export function closed(properties: Properties, required: readonly string[] = [], more: JsonSchema = {}): JsonSchema {
  return {
    type: 'object',
    ...more,
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  }
}

/** An object whose keys match a pattern. */
export function keyed(patterns: Properties, more: JsonSchema = {}): JsonSchema {
  return { type: 'object', ...more, patternProperties: patterns, additionalProperties: false }
}
