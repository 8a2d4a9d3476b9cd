import type { Kysely } from 'kysely'
import { z } from 'zod'
import { storageErrors } from '../domain/storage/errors.ts'
import type { StoreName } from '../domain/storage/store-name.ts'
import type { Dialect, StorageDriver } from '../ports/storage.ts'
import { dialects } from './dialect/facts.ts'
import { prefixPlugin } from './prefix-plugin.ts'
import { PREFIX, PREFIX_RULE, storePrefixes } from './store-prefix.ts'

export interface OwnKyselyOptions {
  /** The host app's own. Its plugins do not see our queries, and we never close it. */
  readonly kysely: Kysely<any>
  readonly dialect: Dialect['name']
  /** Before all our tables, and before the prefix of each store. `novakit_` unless given. */
  readonly prefix?: string
  /** With 'never' the host app runs the migrations itself; a store that lacks some is not opened. */
  readonly migrate?: 'always' | 'never'
  /** The stores that live here; all unless given. */
  readonly stores?: readonly StoreName[]
}

const shape = z.strictObject({
  kysely: z.custom<Kysely<any>>((value) => typeof (value as Kysely<any> | null)?.getExecutor === 'function'),
  dialect: z.enum(['sqlite', 'postgres', 'mysql']),
  prefix: z.string().regex(PREFIX, PREFIX_RULE).default('novakit_'),
  migrate: z.enum(['always', 'never']).default('always'),
  stores: z.array(z.string()).optional(),
})

/**
 * The host app's own database: our tables stand beside its tables, under a prefix.
 * @throws `storage.cannot_open` when the options make no sense
 */
export function ownKysely(options: OwnKyselyOptions): StorageDriver {
  const { kysely, dialect: kind, prefix, migrate, stores } = parse(options)
  const { dialect, classify, now } = dialects[kind]
  const prefixOf = storePrefixes('of the host app')
  return {
    name: `${kind} of the host app`,
    open: async (store, environment) => {
      if (stores?.includes(store) === false) {
        throw storageErrors.cannot_open({
          where: 'of the host app',
          why: `it was not set up to hold the store ${store}.`,
        })
      }
      const full = `${prefix}${prefixOf(store)}`
      return {
        kysely: kysely.withoutPlugins().withPlugin(prefixPlugin(full)),
        dialect,
        prefix: full,
        migrate,
        now: now ?? (async () => environment.now()),
        classify,
        close: async () => undefined,
      }
    },
  }
}

function parse(options: OwnKyselyOptions): z.output<typeof shape> {
  const parsed = shape.safeParse(options)
  if (parsed.success) return parsed.data
  const why = `ownKysely() was given options that make no sense: ${z.prettifyError(parsed.error)}`
  throw storageErrors.cannot_open({ where: 'of the host app', why })
}
