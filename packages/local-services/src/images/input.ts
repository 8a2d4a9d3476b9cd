import { z } from 'zod'
import { diskFormats, imageErrors, parse, type DiskFormat } from '@novakit/core'

const name = z
  .string()
  .regex(/^[^\p{Cc}\p{Cs}]{0,255}$/u, 'must be a name of at most 255 characters without control characters')
const PROPERTY = /^(?!(?:__proto__|constructor|prototype)$)[A-Za-z0-9_][A-Za-z0-9_:.-]{0,254}$/
const properties = z
  .record(z.string(), z.string().max(65_535))
  .refine(
    (given) => Object.keys(given).every((key) => PROPERTY.test(key)),
    'must have names of letters, digits and _ : . -',
  )
  .refine((given) => Object.keys(given).length <= 128, 'must be at most 128')
const visibility = z.enum(['public', 'private', 'shared', 'community'])
const gib = z
  .int()
  .min(0)
  .max(2 ** 31 - 1)

const changes = {
  name,
  visibility,
  minDisk: gib,
  minMemory: gib,
  properties,
}

const create = z.strictObject({
  id: z
    .guid()
    .transform((given) => given.toLowerCase())
    .optional(),
  format: z.enum(diskFormats),
  name,
  visibility: visibility.default('shared'),
  minDisk: gib.default(0),
  minMemory: gib.default(0),
  properties: properties.default({}),
})
const update = z.strictObject(changes).partial()

/** What a caller gives for a new image; the rest is the store's to say. */
export interface ImageInput {
  readonly name: string
  readonly format: DiskFormat
  /** Default: one of ours. An id is never given to another image, even when its own is deleted. */
  readonly id?: string
  /** Default `shared`, as Glance: the owner's, and of those whom he makes members. */
  readonly visibility?: 'public' | 'private' | 'shared' | 'community'
  /** In GiB. */
  readonly minDisk?: number
  /** In MiB. */
  readonly minMemory?: number
  readonly properties?: Readonly<Record<string, string>>
}

/** What may be changed of an image: nothing that says what its bytes are, whose it is, or how it stands. */
export type ImageChanges = Partial<Omit<ImageInput, 'id' | 'format'>>

const invalid = (what: string): Error & ReturnType<typeof imageErrors.invalid> => imageErrors.invalid({ what })

/** @throws `image.invalid` */
export function parseInput(input: ImageInput): z.output<typeof create> {
  return parse(create, input, invalid)
}

/** @throws `image.invalid` */
export function parseChanges(input: ImageChanges): z.output<typeof update> {
  return parse(update, input, invalid)
}
