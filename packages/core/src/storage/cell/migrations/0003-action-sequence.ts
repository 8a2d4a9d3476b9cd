import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { columns } from '../../dialect/columns.ts'

/** How many actions have begun on a server, and how many its host has answered; who locked it. */
export const actionSequence: Migration = {
  up: async (db: Kysely<any>) => {
    const { word } = columns(db)
    for (const name of ['sequence', 'answered']) {
      await db.schema
        .alterTable('instance')
        .addColumn(name, 'integer', (column) => column.notNull().defaultTo(0))
        .execute()
    }
    await db.schema.alterTable('instance').addColumn('locked_by', word).execute()
  },
}
