import { z } from 'zod'

/** Columns of names and ids hold this many characters. */
const LONGEST = 255
/** The largest number that Nova's own columns hold. */
export const LARGEST = 2_147_483_647
/** Keys of one map: Nova's default for `metadata_items`. */
export const MOST_ITEMS = 128

const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}]/u
/** A description has lines. */
const UNPRINTABLE_IN_LINES = /(?![\t\n\r])[\p{Cc}]/u
/** On objects these reach the prototype instead of a key. */
const UNSAFE_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype']

/** Characters, not UTF-16 units: what a database counts. Texts far too long are not counted. */
function hasAtMost(text: string, most: number): boolean {
  return text.length <= most || (text.length <= 2 * most && Array.from(text).length <= most)
}

function isPrintable(text: string, unprintable = UNPRINTABLE): boolean {
  return text.isWellFormed() && !unprintable.test(text)
}

const LENGTH = `must have 1 to ${LONGEST} characters`
const PRINTABLE = 'must not have control characters'

/** What a thing is called: 1 to 255 characters after white space is cut off both ends, none of them control characters. */
export const name = z
  .string()
  .trim()
  .refine((text) => text !== '' && hasAtMost(text, LONGEST), { error: LENGTH, abort: true })
  .refine((text) => isPrintable(text), PRINTABLE)

/** By what a thing is looked up. What no name and no id could be is refused before a database sees it. */
export const reference = z
  .string()
  .refine((text) => text !== '' && hasAtMost(text, LONGEST), { error: LENGTH, abort: true })
  .refine((text) => isPrintable(text), PRINTABLE)

/** A part of a name, as somebody looks for it; empty is a part of every name. */
export const namePart = z
  .string()
  .refine((text) => hasAtMost(text, LONGEST), { error: `must have at most ${LONGEST} characters`, abort: true })
  .refine((text) => isPrintable(text), PRINTABLE)

export const description = z
  .string()
  .refine((text) => hasAtMost(text, 65_535), { error: 'must have at most 65535 characters', abort: true })
  .refine((text) => isPrintable(text, UNPRINTABLE_IN_LINES), 'must not have control characters other than line ends')

export function wholeNumber(least: number, most: number = LARGEST) {
  const error = `must be a whole number from ${least} to ${most}`
  return z
    .number({ error: (issue) => (issue.input === undefined ? undefined : error) })
    .int(error)
    .min(least, error)
    .max(most, error)
}

/** How many of a list to show, and after which one to go on. */
export const page = {
  limit: wholeNumber(1, 1000).default(1000),
  marker: reference.optional(),
}

interface MapRules {
  /** What a key may look like, and that in words. */
  readonly keys?: { readonly pattern: RegExp; readonly words: string }
  /** Null removes a key. */
  readonly nulls?: boolean
}

type TextMap<Rules extends MapRules> = Record<string, Rules extends { nulls: true } ? string | null : string>

/** A map that users write: at most 128 keys of 1 to 255 characters, and values of at most 255. */
export function textMap<const Rules extends MapRules>(rules: Rules) {
  return z
    .custom<TextMap<Rules>>((value) => faultOfMap(value, rules) === null, {
      error: (issue) => faultOfMap(issue.input, rules) ?? undefined,
    })
    .transform((map) => ({ ...map }))
}

function faultOfMap(value: unknown, rules: MapRules): string | null {
  if (value === undefined) return 'is missing'
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object of texts'
  const entries = Object.entries(value)
  if (entries.length > MOST_ITEMS) return `must have at most ${MOST_ITEMS} keys`
  for (const [key, text] of entries) {
    const fault = faultOfKey(key, rules) ?? faultOfText(text, rules)
    if (fault !== null) return fault
  }
  return null
}

function faultOfKey(key: string, { keys }: MapRules): string | null {
  if (UNSAFE_KEYS.includes(key)) return `must not have the key ${key}`
  if (key === '' || !hasAtMost(key, LONGEST)) return `must have keys of 1 to ${LONGEST} characters`
  if (!isPrintable(key)) return 'must have keys without control characters'
  return keys === undefined || keys.pattern.test(key) ? null : `must have keys of ${keys.words}`
}

function faultOfText(text: unknown, { nulls = false }: MapRules): string | null {
  if (text === null && nulls) return null
  if (typeof text !== 'string') return 'must have texts for values'
  if (!hasAtMost(text, LONGEST)) return `must have values of at most ${LONGEST} characters`
  return isPrintable(text) ? null : 'must have values without control characters'
}
