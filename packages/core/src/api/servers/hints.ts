import { z } from 'zod'
import { reference } from '../fields.ts'

const MOST_HINTED = 1000
const MOST_EXTRA = 64
/** Bytes of JSON. */
const LARGEST_EXTRA = 16 * 2 ** 10

const serverIds = z.array(reference).max(MOST_HINTED)

/** Keys that begin with an underscore are ours (OSSA-2026-022); they have no way in. */
const key = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_:.-]{0,254}$/)

/** What is far too large is counted and not read. */
const extra = z
  .custom<Readonly<Record<string, readonly string[]>>>((value) => faultOf(value) === null, {
    error: ({ input }) => faultOf(input) ?? undefined,
  })
  .pipe(z.record(key, z.array(reference)))
  .refine((hints) => Buffer.byteLength(JSON.stringify(hints)) <= LARGEST_EXTRA, {
    error: `must take at most ${LARGEST_EXTRA} bytes as JSON`,
  })

function faultOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object of lists of texts'
  const lists: readonly unknown[] = Object.values(value)
  if (lists.length > MOST_EXTRA) return `must have at most ${MOST_EXTRA} keys`
  if (lists.some((list) => !Array.isArray(list))) return 'must have lists of texts for values'
  const tooLong = lists.some((list) => Array.isArray(list) && list.length > MOST_EXTRA)
  return tooLong ? `must have at most ${MOST_EXTRA} values for each key` : null
}

/** What a tenant may tell the scheduler. Filters of the house read the named ones, a host app's own also `extra`. */
export const hints = z.strictObject({
  sameHost: serverIds.optional(),
  differentHost: serverIds.optional(),
  query: z.string().max(10_000).optional(),
  buildNearHostIp: reference.optional(),
  cidr: reference.optional(),
  partition: reference.optional(),
  extra: extra.optional(),
})
