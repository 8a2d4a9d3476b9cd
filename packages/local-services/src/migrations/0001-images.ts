import { columns } from '@novakit/core'
import type { Migration } from 'kysely/migration'

/** See images/tables.ts for what the columns mean. */
export const images: Migration = {
  up: async (db) => {
    const type = columns(db)
    await db.schema
      .createTable('image')
      .addColumn('id', type.word, (c) => c.notNull().primaryKey())
      .addColumn('name', type.id, (c) => c.notNull())
      .addColumn('status', type.word, (c) => c.notNull())
      .addColumn('format', type.word, (c) => c.notNull())
      .addColumn('owner', type.id, (c) => c.notNull())
      .addColumn('visibility', type.word, (c) => c.notNull())
      .addColumn('size', type.bigint)
      .addColumn('virtual_size', type.bigint)
      .addColumn('min_disk', 'integer', (c) => c.notNull())
      .addColumn('min_memory', 'integer', (c) => c.notNull())
      .addColumn('properties', type.json, (c) => c.notNull())
      .addColumn('md5', type.word)
      .addColumn('sha256', type.word)
      .addColumn('sha512', type.id)
      .addColumn('from_server', type.word)
      .addColumn('reserve_key', type.id)
      .addColumn('file', type.id)
      .addColumn('draft', type.id)
      .addColumn('upload_key', type.id)
      .addColumn('fault', type.text)
      .addColumn('created_at', type.instant, (c) => c.notNull())
      .addColumn('updated_at', type.instant, (c) => c.notNull())
      .addUniqueConstraint('image_reserve_key', ['owner', 'reserve_key'])
      .execute()
    await db.schema.createIndex('image_name').on('image').column('name').execute()
    await db.schema
      .createTable('image_member')
      .addColumn('image', type.word, (c) => c.notNull())
      .addColumn('project', type.id, (c) => c.notNull())
      .addColumn('status', type.word, (c) => c.notNull())
      .addPrimaryKeyConstraint('image_member_key', ['image', 'project'])
      .execute()
  },
}
