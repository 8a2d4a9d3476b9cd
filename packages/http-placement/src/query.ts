import { badRequest } from './fault.ts'

/** A query string, in its order, with every value of a key. */
export interface Query {
  readonly entries: readonly (readonly [key: string, value: string])[]
  all(key: string): readonly string[]
  /** The last value counts where a key is repeated. */
  get(key: string): string | undefined
  /** Key → last value. */
  record(): Record<string, string>
}

/** @throws Fault 400 where it is not UTF-8, or has the character NUL, which is in nothing that is stored */
export function parseQuery(search: string): Query {
  const entries = search
    .replace(/^\?/, '')
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=')
      return [decoded(at < 0 ? pair : pair.slice(0, at)), decoded(at < 0 ? '' : pair.slice(at + 1))] as const
    })
  return {
    entries,
    all: (key) => entries.filter(([name]) => name === key).map(([, value]) => value),
    get: (key) => entries.findLast(([name]) => name === key)?.[1],
    record: () => Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(entries)),
  }
}

/** Percent signs that encode nothing stand for themselves. */
function decoded(text: string): string {
  if (text.includes('%00')) throw badRequest('Invalid query string parameters: the character NUL is in no text')
  const spaced = text.replaceAll('+', ' ')
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced.replace(/%(?![0-9a-fA-F]{2})/g, '%25'))
  } catch {
    throw badRequest('Invalid query string parameters: the query string is not encoded in UTF-8')
  }
}
