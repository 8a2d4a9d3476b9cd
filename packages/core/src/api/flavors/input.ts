import { z } from 'zod'
import { description, name, page, reference, textMap, wholeNumber } from '../fields.ts'
import { flavorSortKeys, type FlavorSortKey } from '../../storage/global/flavors.ts'

export interface NewFlavor {
  readonly name: string
  /** How clients name it for ever; `auto` (the default) makes a UUID. Letters, digits, `.`, `_`, `-` and spaces. */
  readonly id?: 'auto' | (string & {})
  /** At least 1. */
  readonly vcpus: number
  /** MiB, at least 1. */
  readonly memory: number
  /** Root disk in GiB; 0 takes the image's own size. */
  readonly disk: number
  /** GiB. Default 0. */
  readonly ephemeral?: number
  /** MiB. Default 0. */
  readonly swap?: number
  /** Default true. A private flavor is seen by the projects that were granted access, and by administrators. */
  readonly isPublic?: boolean
  readonly description?: string | null
  /** Such as `hw:cpu_policy`. Keys of letters, digits, `-`, `_`, `:`, `.` and spaces. */
  readonly extraSpecs?: Readonly<Record<string, string>>
}

export interface FlavorQuery {
  /** Only public ones, or only private ones. */
  readonly public?: boolean
  /** Private ones of other projects too; for administrators. */
  readonly allProjects?: boolean
  /** MiB. */
  readonly minMemory?: number
  /** GiB. */
  readonly minDisk?: number
  /** Default `id`. Equal ones are ordered by id. */
  readonly sortBy?: FlavorSortKey
  readonly descending?: boolean
  /** Default and at most 1000. */
  readonly limit?: number
  /** Id of the flavor after which to go on. */
  readonly marker?: string
}

const flavorId = reference
  .trim()
  .regex(/^[A-Za-z0-9._ -]+$/, 'must have letters, digits, ".", "_", "-" and spaces only')

const specKeys = { pattern: /^[A-Za-z0-9_:. -]+$/, words: 'letters, digits, "-", "_", ":", "." and spaces' }

export const extraSpecs = textMap({ keys: specKeys })

export const newFlavor = z.strictObject({
  name,
  id: flavorId.default('auto'),
  vcpus: wholeNumber(1),
  memory: wholeNumber(1),
  disk: wholeNumber(0),
  ephemeral: wholeNumber(0).default(0),
  swap: wholeNumber(0).default(0),
  isPublic: z.boolean().default(true),
  description: description.nullable().default(null),
  extraSpecs: extraSpecs.default({}),
})

export const flavorQuery = z.strictObject({
  public: z.boolean().optional(),
  allProjects: z.boolean().default(false),
  minMemory: wholeNumber(0).default(0),
  minDisk: wholeNumber(0).default(0),
  sortBy: z.enum(flavorSortKeys).default('id'),
  descending: z.boolean().default(false),
  ...page,
})
