import { Kysely, type Dialect as KyselyDialect } from 'kysely'
import { storageErrors } from '../../domain/storage/errors.ts'
import type { Dialect, OpenStore, StorageDriver } from '../../ports/storage.ts'
import { dialects } from '../dialect/facts.ts'
import { storageError } from '../failure.ts'
import { prefixPlugin } from '../prefix-plugin.ts'
import { storePrefixes } from '../store-prefix.ts'
import type { Place, ServerSettings } from './options.ts'

export interface ServerKind {
  readonly dialect: Exclude<Dialect['name'], 'sqlite'>
  /** Kysely over a pool of connections to one database. @throws `storage.cannot_open` when the client is missing */
  connect(place: Place, settings: ServerSettings): Promise<KyselyDialect>
  /** Whether waiting does not help: a wrong password, a database that is not there. */
  isOurMistake(error: unknown): boolean
}

/** The connections to one database, and how many stores are open in it. */
interface Shared {
  readonly kysely: Promise<Kysely<any>>
  users: number
}

/** Stores in databases of a server, those of one database under different prefixes and with one pool. */
export function serverDriver(kind: ServerKind, settings: ServerSettings): StorageDriver {
  const shared = new Map<string, Shared>()
  const prefixOf = storePrefixes(kind.dialect)

  const share = (place: Place): Shared => {
    const key = keyOf(place)
    const entry = shared.get(key) ?? { kysely: connected(kind, place, settings), users: 0 }
    entry.users++
    shared.set(key, entry)
    return entry
  }
  const release = async (place: Place, entry: Shared): Promise<void> => {
    if (--entry.users > 0) return
    if (shared.get(keyOf(place)) === entry) shared.delete(keyOf(place))
    await (await entry.kysely).destroy()
  }

  return {
    name: kind.dialect,
    open: async (store) => {
      const place = settings.place(store)
      const prefix = settings.prefix + prefixOf(store)
      const entry = share(place)
      const close = (): Promise<void> => release(place, entry)
      try {
        const kysely = await entry.kysely
        await answers(kind, place, kysely)
        return openStoreOn(kind.dialect, kysely, prefix, close)
      } catch (error) {
        await close().catch(() => undefined)
        throw error
      }
    },
  }
}

function keyOf({ url, label }: Place): string {
  return url ?? label
}

async function connected(kind: ServerKind, place: Place, settings: ServerSettings): Promise<Kysely<any>> {
  return new Kysely({ dialect: await kind.connect(place, settings) })
}

/** @throws `storage.cannot_open`, `storage.unreachable` … with what the server said, before anything else is asked */
async function answers({ dialect, isOurMistake }: ServerKind, { label }: Place, kysely: Kysely<any>): Promise<void> {
  const { classify, now } = dialects[dialect]
  try {
    await now(kysely)
  } catch (cause) {
    if (!isOurMistake(cause)) throw storageError(classify(cause), cause)
    const why = cause instanceof Error ? `${cause.message}.` : String(cause)
    throw storageErrors.cannot_open({ where: `${dialect} ${label}`, why }, { cause })
  }
}

function openStoreOn(
  name: ServerKind['dialect'],
  kysely: Kysely<any>,
  prefix: string,
  release: () => Promise<void>,
): OpenStore {
  const { dialect, classify, now } = dialects[name]
  let closed: Promise<void> | null = null
  return {
    kysely: kysely.withPlugin(prefixPlugin(prefix)),
    dialect,
    prefix,
    migrate: 'always',
    now,
    classify,
    close: () => (closed ??= release()),
  }
}
