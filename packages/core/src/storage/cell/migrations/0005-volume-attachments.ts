import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { columns } from '../../dialect/columns.ts'

/** Which volumes a server has, comes to have, or loses. */
export const volumeAttachments: Migration = {
  up: async (db: Kysely<any>) => {
    const { boolean, id, instant, json, word } = columns(db)
    await db.schema
      .createTable('volume_attachment')
      .addColumn('server', word, (column) => column.notNull())
      .addColumn('volume', id, (column) => column.notNull())
      .addColumn('status', word, (column) => column.notNull())
      .addColumn('attachment', id)
      .addColumn('device', id)
      .addColumn('tag', id)
      .addColumn('delete_on_termination', boolean, (column) => column.notNull())
      .addColumn('connection', json)
      .addColumn('created_at', instant, (column) => column.notNull())
      .addPrimaryKeyConstraint('volume_attachment_key', ['server', 'volume'])
      .execute()
  },
}
