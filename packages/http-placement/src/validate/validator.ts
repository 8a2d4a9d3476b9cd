import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { isUuid } from '../uuid.ts'
import { phraseOf } from './phrases.ts'
import { pythonText, shownText } from './python-text.ts'

export type JsonSchema = Readonly<Record<string, unknown>>

/**
 * Null: it is valid. Otherwise what is wrong with it, as the original words it: of all that is wrong what is nearest to
 * the root. To find all of that takes longer than a request may, so of a `long` value it is the first that was met.
 */
export type Validate = (data: unknown, isLong?: boolean) => string | null

/** Compiled when it is first used: a process that serves one version of clients needs few of them. */
export function validatorOf(schema: JsonSchema): Validate {
  const nearest = once(() => all().compile(schema))
  const first = once(() => any().compile(schema))
  return (data, isLong = false) => {
    const check: ValidateFunction = isLong ? first() : nearest()
    return check(data) ? null : explain(check.errors ?? [], schema, data)
  }
}

const options = { strict: false, verbose: true, formats: { uuid: isUuid } }
const all = once(() => new Ajv({ ...options, allErrors: true }))
const any = once(() => new Ajv({ ...options, allErrors: false }))

/** Made when it is first wanted. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}

/** Of several errors the one nearest to the root counts, and of those the first that the schema would meet. */
function explain(errors: readonly ErrorObject[], schema: JsonSchema, data: unknown): string {
  const found = errors.filter((error) => error.keyword !== 'anyOf')
  const least = Math.min(...new Set(found.map((error) => depthOf(error.instancePath))))
  const nearest = new Map<string, ErrorObject>()
  for (const error of found) {
    const isFirst = depthOf(error.instancePath) === least && !nearest.has(error.schemaPath)
    if (isFirst) nearest.set(error.schemaPath, error)
  }
  const [best] = [...nearest.values()]
    .map((error) => ({ error, path: pathOf(error.schemaPath, schema) }))
    .toSorted((a, b) => compare(a.path.places, b.path.places))
  if (best === undefined) return `${shownText(data)} is not valid`
  const { error, path } = best
  const where = path.steps.slice(0, -1).map((step) => `[${pythonText(step)}]`)
  const on = stepsOf(error.instancePath).map((step) => `[${/^\d+$/.test(step) ? step : pythonText(step)}]`)
  return [
    phraseOf(error),
    '',
    `Failed validating ${pythonText(error.keyword)} in schema${where.join('')}:`,
    `    ${pythonText(error.parentSchema)}`,
    '',
    `On instance${on.join('')}:`,
    `    ${shownText(error.data)}`,
  ].join('\n')
}

function depthOf(pointer: string): number {
  return pointer.split('/').length - 1
}

function stepsOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The steps into the schema, and the place of each among its neighbours. */
function pathOf(schemaPath: string, schema: JsonSchema): { readonly steps: (string | number)[]; places: number[] } {
  const steps: (string | number)[] = []
  const places: number[] = []
  let at: unknown = schema
  // The way into a schema is part of a URL, that into the data is not.
  for (const step of stepsOf(decodeURIComponent(schemaPath))) {
    places.push(typeof at === 'object' && at !== null ? Object.keys(at).indexOf(step) : 0)
    steps.push(Array.isArray(at) ? Number(step) : step)
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined
  }
  return { steps, places }
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [at, place] of a.entries()) {
    const difference = place - (b[at] ?? -1)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
