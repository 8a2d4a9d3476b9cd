import type { GlobalStore } from '../../ports/storage.ts'
import type { HostMemory } from '../../ports/host-memory.ts'
import type { Kysely } from 'kysely'
import { statement } from '../statement.ts'
import { upsert } from '../dialect/insert.ts'

interface Tables {
  memory: { host: string; name: string; value: string }
}

/**
 * What the agent of a host in this process remembers, beside the cloud's own tables: many hosts share the syncs of one
 * file. Agents elsewhere have files of their own.
 */
export function storedHostMemory(store: GlobalStore, host: string): HostMemory {
  return {
    get: async (name) => (await store.read((tx) => one(tx, { host, name }))).rows[0]?.value ?? null,
    put: (name, value) => store.write((tx) => upsert(tx, 'memory', [{ host, name, value }], { key: ['host', 'name'] })),
    delete: async (name) => void (await store.write((tx) => remove(tx, { host, name }))),
    entries: async (prefix) => {
      const { rows } = await store.read((tx) => all(tx, { host }))
      return rows.filter(({ name }) => name.startsWith(prefix)).map(({ name, value }) => [name, value] as const)
    },
  }
}

const one = statement((db: Kysely<Tables>, v: { host: string; name: string }) =>
  db.selectFrom('memory').select('value').where('host', '=', v.host).where('name', '=', v.name),
)
const all = statement((db: Kysely<Tables>, v: { host: string }) =>
  db.selectFrom('memory').select(['name', 'value']).where('host', '=', v.host).orderBy('name'),
)
const remove = statement((db: Kysely<Tables>, v: { host: string; name: string }) =>
  db.deleteFrom('memory').where('host', '=', v.host).where('name', '=', v.name),
)
