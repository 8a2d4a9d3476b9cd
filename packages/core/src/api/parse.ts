import type { z } from 'zod'
import type { NovakitError } from '../domain/error.ts'

/** Whether anything is wrong, and a few of what, are what a caller needs; the rest follows when these are mended. */
const SHOWN = 3
const LONGEST = 300
/** Of a key that a caller chose. */
const LONGEST_KEY = 40

/**
 * The door of a verb: what comes in is checked and copied, and trusted from there on.
 * @param subject what the sentence calls the input as a whole
 * @param toError makes the noun's own error of one sentence, which names keys and limits and never echoes a value
 * @throws what `toError` makes
 */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  toError: (what: string) => NovakitError,
  subject = 'it',
): z.output<Schema> {
  const result = schema.safeParse(input, { error: predicateOf })
  if (result.success) return result.data
  throw toError(sentenceOf(result.error.issues, subject))
}

/** `name is missing; vcpus must be a whole number from 1 to 64.` */
function sentenceOf(issues: readonly z.core.$ZodIssue[], subject: string): string {
  const clauses = new Set(issues.map((issue) => `${subjectOf(issue, subject)} ${issue.message}`.trim()))
  const sentence = [...clauses].slice(0, SHOWN).join('; ')
  return sentence.length < LONGEST ? `${sentence}.` : `${sentence.slice(0, LONGEST - 1)}…`
}

/** The key that is wrong, as a caller would write it: `limits.cores`. */
function subjectOf(issue: z.core.$ZodIssue, subject: string): string {
  if (issue.path.length > 0) return issue.path.map((key) => shown(String(key))).join('.')
  return issue.code === 'unrecognized_keys' ? '' : subject
}

/** What is wrong, to stand after a subject. A schema's own words go before these. */
function predicateOf(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return 'is missing'
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? `of type ${issue.expected}`}`
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`
    case 'unrecognized_keys':
      return unknownKeys(issue.keys, issue.path ?? [])
    case 'too_big':
      return `must be at most ${issue.maximum}`
    case 'too_small':
      return `must be at least ${issue.minimum}`
    default:
      return 'is not of a form that is accepted here'
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
}

function unknownKeys(keys: readonly string[], path: readonly PropertyKey[]): string {
  const named = keys.slice(0, SHOWN).map((key) => `"${shown(key)}"`)
  const verb = path.length > 0 ? 'has' : 'there is'
  return `${verb} no option ${named.join(', ')}`
}

/** A key that is safe in a message and a log line: short, and without control characters. */
export function shown(key: string): string {
  const short = key.length > LONGEST_KEY ? `${key.slice(0, LONGEST_KEY)}…` : key
  return short.toWellFormed().replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '?')
}
