import type { ErrorObject } from 'ajv'
import { pythonText, shownText } from './python-text.ts'

type Schema = Readonly<Record<string, unknown>>

/** The part of a validation error that a phrase needs. */
type Found = Pick<ErrorObject, 'keyword' | 'params' | 'data' | 'schema' | 'parentSchema'>

const phrases: Readonly<Record<string, (error: Found) => string>> = {
  type: ({ data, schema }) => `${shownText(data)} is not of type ${[schema].flat().map(pythonText).join(', ')}`,
  required: ({ params }) => `${pythonText(params['missingProperty'])} is a required property`,
  additionalProperties: unexpected,
  minimum: ({ data, schema }) => `${shownText(data)} is less than the minimum of ${pythonText(schema)}`,
  maximum: ({ data, schema }) => `${shownText(data)} is greater than the maximum of ${pythonText(schema)}`,
  minLength: ({ data }) => `${shownText(data)} is too short`,
  maxLength: ({ data }) => `${shownText(data)} is too long`,
  pattern: ({ data, schema }) => `${shownText(data)} does not match ${pythonText(schema)}`,
  format: ({ data, schema }) => `${shownText(data)} is not a ${pythonText(schema)}`,
  enum: ({ data, schema }) => `${shownText(data)} is not one of ${pythonText(schema)}`,
  uniqueItems: ({ data }) => `${shownText(data)} has non-unique elements`,
  minItems: ({ data }) => `${shownText(data)} is too short`,
  minProperties: ({ data }) => `${shownText(data)} does not have enough properties`,
}

/** What is wrong, in the words of the validator that Placement's clients know. */
export function phraseOf(error: Found): string {
  return phrases[error.keyword]?.(error) ?? `${shownText(error.data)} is not valid`
}

/** Names that are listed. Nobody reads thousands. */
const LISTED = 100

function unexpected({ data, parentSchema }: Found): string {
  const { properties = {}, patternProperties } = (parentSchema ?? {}) as {
    readonly properties?: Schema
    readonly patternProperties?: Schema
  }
  const patterns = Object.keys(patternProperties ?? {})
  const tests = patterns.map((pattern) => new RegExp(pattern))
  const extras: string[] = []
  for (const key in data as object) {
    if (extras.length > LISTED) break
    if (!Object.hasOwn(properties, key) && !tests.some((test) => test.test(key))) extras.push(key)
  }
  const one = extras.length === 1
  if (patternProperties === undefined) {
    return `Additional properties are not allowed (${listed(extras)} ${one ? 'was' : 'were'} unexpected)`
  }
  const any = patterns.toSorted().map(pythonText).join(', ')
  return `${listed(extras.toSorted())} ${one ? 'does' : 'do'} not match any of the regexes: ${any}`
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).map(shownText).join(', ')
  return names.length > LISTED ? `${shown}, ...` : shown
}
