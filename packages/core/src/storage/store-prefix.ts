import { CELL0 } from '../domain/ids.ts'
import { storageErrors } from '../domain/storage/errors.ts'
import type { StoreName } from '../domain/storage/store-name.ts'

/** What may stand before the tables of all stores, and in front of the prefix of each. */
export const PREFIX: RegExp = /^[a-z][a-z0-9_]{0,15}$/
export const PREFIX_RULE = 'must be up to 16 lower-case letters, digits and underscores'

/**
 * What stands before the names of a store's tables: `global_`, `hosts_`, `cell0_`, or `cell_` and the end of the cell's id. Short,
 * because PostgreSQL allows 63 characters for a name, index names included.
 */
export function storePrefix(store: StoreName): string {
  if (store === 'global' || store === 'hosts') return `${store}_`
  if (store === CELL0) return 'cell0_'
  const plain = store.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  return `cell_${plain.slice(-12)}_`
}

/** As {@link storePrefix}, for the stores of one driver. @throws `storage.cannot_open` when two would share their tables */
export function storePrefixes(where: string): (store: StoreName) => string {
  const owners = new Map<string, StoreName>()
  return (store) => {
    const prefix = storePrefix(store)
    const owner = owners.get(prefix) ?? store
    if (owner !== store) {
      const why = `the ids of the cells ${owner} and ${store} end alike, and so they would share their tables.`
      throw storageErrors.cannot_open({ where, why })
    }
    owners.set(prefix, store)
    return prefix
  }
}
