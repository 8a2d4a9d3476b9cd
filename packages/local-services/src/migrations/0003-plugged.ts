import { columns } from '@novakit/core'
import type { Migration } from 'kysely/migration'

/** See networks/tables.ts for what the columns mean. */
export const plugged: Migration = {
  up: async (db) => {
    const type = columns(db)
    await db.schema
      .createTable('plugged')
      .addColumn('port', type.word, (c) => c.notNull().primaryKey())
      .addColumn('bridge', type.word, (c) => c.notNull())
      .addColumn('nic', type.json, (c) => c.notNull())
      .execute()
  },
}
