import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** How many actions have begun on a server. */
export const actionSequence: Migration = {
  up: async (db: Kysely<any>) => {
    await db.schema
      .alterTable('instance')
      .addColumn('sequence', 'integer', (column) => column.notNull().defaultTo(0))
      .execute()
  },
}
