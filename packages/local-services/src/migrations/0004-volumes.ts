import { columns } from '@novakit/core'
import type { Migration } from 'kysely/migration'

/** See volumes/tables.ts for what the columns mean. */
export const volumes: Migration = {
  up: async (db) => {
    const type = columns(db)
    await db.schema
      .createTable('volume')
      .addColumn('id', type.word, (c) => c.notNull().primaryKey())
      .addColumn('name', type.id, (c) => c.notNull())
      .addColumn('owner', type.id, (c) => c.notNull())
      .addColumn('size', 'integer', (c) => c.notNull())
      .addColumn('status', type.word, (c) => c.notNull())
      .addColumn('bootable', type.boolean, (c) => c.notNull())
      .addColumn('create_key', type.id, (c) => c.notNull())
      .addColumn('draft', type.id)
      .addUniqueConstraint('volume_create_key', ['owner', 'create_key'])
      .execute()
    await db.schema
      .createTable('volume_attachment')
      .addColumn('id', type.word, (c) => c.notNull().primaryKey())
      .addColumn('volume', type.word, (c) => c.notNull())
      .addColumn('server', type.word, (c) => c.notNull())
      .addColumn('reserve_key', type.id, (c) => c.notNull())
      .addColumn('host', type.id)
      .addUniqueConstraint('volume_attachment_volume', ['volume'])
      .execute()
    await db.schema
      .createTable('volume_snapshot')
      .addColumn('id', type.word, (c) => c.notNull().primaryKey())
      .addColumn('name', type.id, (c) => c.notNull())
      .addColumn('volume', type.word, (c) => c.notNull())
      .addColumn('owner', type.id, (c) => c.notNull())
      .addColumn('size', 'integer', (c) => c.notNull())
      .addColumn('bootable', type.boolean, (c) => c.notNull())
      .addColumn('whole', type.boolean, (c) => c.notNull())
      .addColumn('draft', type.id)
      .execute()
    await db.schema
      .createTable('held_volume')
      .addColumn('volume', type.word, (c) => c.notNull().primaryKey())
      .addColumn('attachment', type.word, (c) => c.notNull())
      .execute()
  },
}
