import { badRequest } from './fault.ts'

/** A part of a long list, for clients that ask for one. */
export interface Page {
  readonly limit: number
  /** What comes after the entry with this id. */
  readonly after: string | null
}

/**
 * Placement's lists have no pages, and its queries no room for them: unknown keys are refused. So pages are asked for in
 * headers, and whoever sends none gets the whole list. Entries come by id then.
 * @throws Fault 400
 */
export function pageAsked({ headers }: Request): Page | null {
  const limit = headers.get('x-page-limit')
  if (limit === null) return null
  if (!/^[1-9]\d{0,5}$/.test(limit)) throw badRequest(`x-page-limit is a number from 1 to 999999. Got: ${limit}`)
  return { limit: Number(limit), after: headers.get('x-page-marker') }
}

/** @param ids of all that may follow, in their order, at least one more than the page holds where there is one */
export function pageHeaders({ limit }: Page, ids: readonly string[]): Readonly<Record<string, string>> {
  const last = ids[limit - 1]
  return ids.length > limit && last !== undefined ? { 'x-page-next': last } : {}
}
