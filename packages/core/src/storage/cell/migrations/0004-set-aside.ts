import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { columns } from '../../dialect/columns.ts'

/** Since when a server waits to be removed. Few do at a time: they are found by it. */
export const setAside: Migration = {
  up: async (db: Kysely<any>) => {
    const { instant } = columns(db)
    await db.schema.alterTable('instance').addColumn('set_aside_at', instant).execute()
    await db.schema.createIndex('instance_set_aside').on('instance').column('set_aside_at').execute()
  },
}
