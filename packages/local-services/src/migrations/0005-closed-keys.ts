import { columns } from '@novakit/core'
import type { Migration } from 'kysely/migration'

/** See volumes/tables.ts for what the columns mean. */
export const closedKeys: Migration = {
  up: async (db) => {
    const type = columns(db)
    await db.schema
      .createTable('closed_key')
      .addColumn('server', type.word, (c) => c.notNull())
      .addColumn('reserve_key', type.id, (c) => c.notNull())
      .addPrimaryKeyConstraint('closed_key_key', ['server', 'reserve_key'])
      .execute()
  },
}
