import { Kysely } from 'kysely'
import type { OpenStore, StorageDriver } from '../../ports/storage.ts'
import { dialects } from '../dialect/facts.ts'
import { prefixPlugin } from '../prefix-plugin.ts'
import { storePrefixes } from '../store-prefix.ts'
import { MEMORY, openFile, type SqliteFile } from './file.ts'
import { directOn } from './direct.ts'
import { sqliteDialect } from './kysely-dialect.ts'
import { placesOf, type SqliteOptions } from './options.ts'

/** An open file, and how many stores are open in it. */
interface Shared {
  readonly file: Promise<SqliteFile>
  users: number
}

/**
 * Databases of the machine's own SQLite (node:sqlite). Commits are on the disk when they are answered. Several
 * processes of one machine may share a file; a file is closed with its last store, and memory is forgotten with it.
 * @throws `storage.cannot_open` when the options make no sense
 */
export function sqlite(options: SqliteOptions): StorageDriver {
  const placeOf = placesOf(options)
  const name = nameOf(options)
  const prefixOf = storePrefixes(name)
  const shared = new Map<string, Shared>()

  const forget = (place: string, entry: Shared): void => {
    if (shared.get(place) === entry) shared.delete(place)
  }
  const share = (place: string): Shared => {
    const entry = shared.get(place) ?? { file: openFile(place), users: 0 }
    entry.users++
    shared.set(place, entry)
    entry.file.catch(() => forget(place, entry))
    return entry
  }
  const release = async (place: string, entry: Shared): Promise<void> => {
    if (--entry.users > 0) return
    forget(place, entry)
    ;(await entry.file).close()
  }

  return {
    name,
    open: async (store, environment) => {
      const prefix = prefixOf(store)
      const place = placeOf(store)
      const entry = share(place)
      return openStoreOn(await entry.file, prefix, environment, () => release(place, entry))
    },
  }
}

function openStoreOn(
  file: SqliteFile,
  prefix: string,
  environment: Parameters<StorageDriver['open']>[1],
  release: () => Promise<void>,
): OpenStore {
  const { dialect, classify } = dialects.sqlite
  let closed: Promise<void> | null = null
  const kysely = new Kysely<any>({ dialect: sqliteDialect(file), plugins: [prefixPlugin(prefix)] })
  return {
    kysely,
    direct: directOn(file, kysely),
    dialect,
    prefix,
    migrate: 'always',
    now: async () => environment.now(),
    classify,
    close: () => (closed ??= release()),
  }
}

function nameOf(options: SqliteOptions): string {
  if (options === MEMORY) return 'sqlite in memory'
  return 'file' in options ? `sqlite ${options.file}` : 'sqlite'
}
