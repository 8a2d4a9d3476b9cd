import { z } from 'zod'
import type { ServerStatus } from '../../domain/server/status.ts'
import { description, LARGEST, name, namePart, page, reference, textMap, wholeNumber } from '../fields.ts'
import { hints } from './hints.ts'

/** Nova's `[api]max_limit`-like cap: one request never makes more. */
const MOST_SERVERS = 1000
export const MOST_TAGS = 50
const LONGEST_USER_DATA = 65_535
/** Bytes of JSON: each server of a request is written down with all that it asks for. */
const LARGEST_REQUEST = 16 * 2 ** 20

export const tag = z.string().regex(/^[^,/]{1,60}$/u, 'must have 1 to 60 characters, none of them a comma or a slash')

const hostname = z
  .string()
  .max(63)
  .regex(/^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/, 'must be a host name of letters, digits and hyphens')

const network = z.strictObject({
  network: reference.optional(),
  port: reference.optional(),
  fixedIp: reference.optional(),
  tag: reference.optional(),
})

export const userData = z.union([
  z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString('base64')),
  z.string().transform((text) => Buffer.from(text, 'utf8').toString('base64')),
])

export const newServer = z
  .strictObject({
    name,
    flavor: reference,
    image: reference,
    /** So many, or no more than `max` and no fewer than `min` of them, as quota allows. */
    count: z
      .union(
        [
          wholeNumber(1, MOST_SERVERS).transform((count) => ({ min: count, max: count })),
          z.strictObject({ min: wholeNumber(1, MOST_SERVERS), max: wholeNumber(1, MOST_SERVERS) }),
        ],
        `must be a whole number from 1 to ${MOST_SERVERS}, or { min, max } of such`,
      )
      .default({ min: 1, max: 1 }),
    description: description.nullable().default(null),
    hostname: hostname.optional(),
    keyName: reference.optional(),
    zone: reference.optional(),
    group: reference.optional(),
    hints: hints.default({}),
    networks: z.union([z.enum(['auto', 'none']), z.array(network).max(64)]).default('auto'),
    metadata: textMap({}).default({}),
    tags: z.array(tag).max(MOST_TAGS).default([]),
    userData: userData.optional(),
    configDrive: z
      .boolean(
        'must be true or false; a volume that is to be the config drive is labelled config-2 and attached as any',
      )
      .default(false),
    adminPassword: z.string().min(1).max(255).optional(),
    /** Only for callers whom policy lets choose. */
    host: reference.optional(),
    node: reference.optional(),
    idempotencyKey: reference.optional(),
  })
  .refine(({ count }) => count.min <= count.max, {
    path: ['count'],
    error: 'must have a min that is not above its max',
  })
  .refine(({ userData }) => userData === undefined || userData.length <= LONGEST_USER_DATA, {
    path: ['userData'],
    error: `must have at most ${LONGEST_USER_DATA} characters as base64`,
  })
  .refine((request) => request.count.max <= mostOf(request), {
    path: ['count'],
    error: ({ input }) => `must be at most ${mostOf(input)} for a request of that size`,
    when: ({ issues }) => issues.length === 0,
  })

/** How many servers may be asked for in a request of that size. */
function mostOf(request: unknown): number {
  return Math.floor(LARGEST_REQUEST / Buffer.byteLength(JSON.stringify(request)))
}

export type NewServer = z.input<typeof newServer>
export type ParsedServer = z.output<typeof newServer>

const statuses = [
  'ACTIVE',
  'BUILD',
  'REBUILD',
  'REBOOT',
  'HARD_REBOOT',
  'PASSWORD',
  'MIGRATING',
  'RESIZE',
  'VERIFY_RESIZE',
  'REVERT_RESIZE',
  'SHUTOFF',
  'PAUSED',
  'SUSPENDED',
  'RESCUE',
  'SOFT_DELETED',
  'SHELVED',
  'SHELVED_OFFLOADED',
  'DELETED',
  'ERROR',
  'UNKNOWN',
] as const satisfies readonly ServerStatus[]

/** A name of 255 characters of four bytes each, an id, and what base64 adds. */
const LONGEST_MARKER = 2048

export const time = wholeNumber(0, Number.MAX_SAFE_INTEGER)

export const serverQuery = z.strictObject({
  /** Part of the name, letter case aside. */
  name: namePart.optional(),
  status: z
    .union(
      [z.enum(statuses).transform((one) => [one]), z.array(z.enum(statuses)).max(20)],
      `must be one of ${statuses.join(', ')}, or a list of such`,
    )
    .optional(),
  flavor: reference.optional(),
  image: reference.optional(),
  keyName: reference.optional(),
  reservation: reference.optional(),
  zone: reference.optional(),
  locked: z.boolean().optional(),
  ids: z.array(reference).max(1000).optional(),
  /** Updated at or after, in milliseconds since 1970. Shows deleted ones too. */
  changesSince: time.optional(),
  changesBefore: time.optional(),
  /** For callers whom policy shows where servers run. */
  host: reference.optional(),
  allProjects: z.boolean().default(false),
  project: reference.optional(),
  user: reference.optional(),
  deleted: z.boolean().default(false),
  sort: z.enum(['createdAt', 'updatedAt', 'name']).default('createdAt'),
  direction: z.enum(['ascending', 'descending']).default('descending'),
  limit: page.limit,
  /** `next` of the page before, or a server's id. */
  marker: z.string().max(LONGEST_MARKER).optional(),
})

export type ServerQuery = z.input<typeof serverQuery>
export type ParsedQuery = z.output<typeof serverQuery>

export const untilOptions = z.strictObject({
  /** Milliseconds; after that it throws, while the server goes on by itself. Default 5 minutes. */
  timeout: wholeNumber(1, LARGEST).default(300_000),
})
