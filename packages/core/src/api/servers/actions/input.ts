import { z } from 'zod'
import { description, name, reference, textMap, wholeNumber } from '../../fields.ts'
import { tag, userData, MOST_TAGS } from '../input.ts'

const adminPassword = z.string().min(1).max(255)
const LONGEST_SHUTDOWN = 86_400_000

export const stopOptions = z.strictObject({
  /** Milliseconds that the guest has to shut down by itself; 0 pulls the plug. Default one minute, as in Nova. */
  graceful: wholeNumber(0, LONGEST_SHUTDOWN).default(60_000),
})

export const rebootOptions = z.strictObject({
  /** `soft` asks the guest; one that does not heed is stopped and started. */
  type: z.enum(['soft', 'hard']).default('soft'),
})

export const lockOptions = z.strictObject({
  reason: name.optional(),
})

export const rescueOptions = z.strictObject({
  image: reference.optional(),
  adminPassword: adminPassword.optional(),
})

export const rebuildOptions = z.strictObject({
  image: reference.optional(),
  name: name.optional(),
  description: description.nullable().optional(),
  /** Replaces all that was there. */
  metadata: textMap({}).optional(),
  /** Null: no key. */
  keyName: reference.nullable().optional(),
  /** Null: none. */
  userData: userData.nullable().optional(),
  adminPassword: adminPassword.optional(),
  preserveEphemeral: z.boolean().default(false),
})
export type ParsedRebuild = z.output<typeof rebuildOptions>

/** Metadata become properties of the image, before those that it inherits. */
export const imageOptions = z.strictObject({
  name,
  metadata: textMap({}).default({}),
})
export type ImageOptions = z.input<typeof imageOptions>
export type ParsedImage = z.output<typeof imageOptions>

export const backupOptions = z.strictObject({
  name,
  metadata: textMap({}).default({}),
  /** Such as `daily`: backups of each type are counted by themselves. */
  type: name,
  /** So many of that type are kept, the newest; 0 keeps none. */
  rotation: wholeNumber(0),
})
export type BackupOptions = z.input<typeof backupOptions>
export type ParsedBackup = z.output<typeof backupOptions>

export const unshelveOptions = z.strictObject({
  /** Null: it belongs to none from then on. Not given: it stays where it belongs. */
  zone: reference.nullable().optional(),
  /** For those whom policy lets say where servers go. */
  host: reference.optional(),
})
export type UnshelveOptions = z.input<typeof unshelveOptions>
export type ParsedUnshelve = z.output<typeof unshelveOptions>

/** Without `lines`: all that is kept, at most 100 KiB. */
export const consoleOptions = z.strictObject({ lines: wholeNumber(0).optional() })
export type ConsoleOptions = z.input<typeof consoleOptions>

/** Without a host the scheduler chooses one. */
export const evacuateOptions = z.strictObject({ host: reference.optional() })
export type EvacuateOptions = z.input<typeof evacuateOptions>

/** Without a host the scheduler chooses one. */
export const migrateOptions = z.strictObject({ host: reference.optional() })
export type MigrateOptions = z.input<typeof migrateOptions>

export const password = adminPassword

export const resetTarget = z.enum(['active', 'error'])

export const serverChange = z.strictObject({
  name: name.optional(),
  description: description.nullable().optional(),
})
export type ParsedChange = z.output<typeof serverChange>

/** Null takes an item away. */
export const metadataChange = textMap({ nulls: true })

export const tags = z.array(tag).max(MOST_TAGS)

export type StopOptions = z.input<typeof stopOptions>
export type RebootOptions = z.input<typeof rebootOptions>
export type LockOptions = z.input<typeof lockOptions>
export type RescueOptions = z.input<typeof rescueOptions>
export type RebuildOptions = z.input<typeof rebuildOptions>
export type ServerChange = z.input<typeof serverChange>
export type MetadataChange = z.input<typeof metadataChange>
