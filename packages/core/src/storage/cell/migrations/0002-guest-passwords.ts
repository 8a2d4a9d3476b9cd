import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { columns } from '../../dialect/columns.ts'

/** What guests post to the metadata service. */
export const guestPasswords: Migration = {
  up: async (db: Kysely<any>) => {
    const { instant, text, word } = columns(db)
    await db.schema
      .createTable('guest_password')
      .addColumn('server', word, (column) => column.primaryKey())
      .addColumn('encrypted', text, (column) => column.notNull())
      .addColumn('at', instant, (column) => column.notNull())
      .execute()
  },
}
