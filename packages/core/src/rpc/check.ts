import type { z } from 'zod'
import { transportErrors } from '../domain/message/errors.ts'

/**
 * `value` as the schema knows it, without members that it does not name.
 * @throws `transport.malformed`, saying where and what kind of thing was wrong, and nothing of what was in it
 */
export function check<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const where = issue === undefined ? '' : place(schema, issue.path)
  throw transportErrors.malformed({ what: `${what}${where}: ${issue?.code ?? 'invalid'}` })
}

/** The path as far as the schema names it: keys of records are somebody's data, and are not repeated. */
function place(schema: unknown, path: readonly PropertyKey[]): string {
  let at: unknown = schema
  let text = ''
  for (const step of path) {
    at = unwrapped(at)
    const inner = isSchema(at) ? member(at, step) : undefined
    if (inner === undefined) return `${text}.*`
    text += typeof step === 'number' ? '[]' : `.${String(step)}`
    at = inner
  }
  return text
}

/** The few things that zod's schemas of objects, arrays and wrappers show of themselves. */
interface SchemaParts {
  readonly shape?: Readonly<Record<string, unknown>>
  readonly element?: unknown
  readonly unwrap?: () => unknown
}

function isSchema(value: unknown): value is SchemaParts {
  return typeof value === 'object' && value !== null
}

function member(schema: SchemaParts, step: PropertyKey): unknown {
  if (typeof step === 'number') return schema.element
  if (schema.shape === undefined || !Object.hasOwn(schema.shape, step)) return undefined
  return schema.shape[String(step)]
}

/** What is inside of `optional`, `nullable`, `readonly`, `default`; an array's `unwrap` is its element, not a wrapper. */
function unwrapped(schema: unknown): unknown {
  let inner = schema
  while (isSchema(inner) && inner.element === undefined && typeof inner.unwrap === 'function') inner = inner.unwrap()
  return inner
}
