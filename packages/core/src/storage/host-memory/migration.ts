import type { Kysely } from 'kysely'
import type { MigrationSet } from '../../ports/storage.ts'
import { columns } from '../dialect/columns.ts'

/** The store in which agents of this process keep what they must remember. */
export const hostMemoryMigrations: MigrationSet = {
  store: 'global',
  migrations: {
    '0001-host-memory': {
      up: async (db: Kysely<any>) => {
        const { id, text } = columns(db)
        await db.schema
          .createTable('memory')
          .addColumn('host', id, (column) => column.notNull())
          .addColumn('name', id, (column) => column.notNull())
          .addColumn('value', text, (column) => column.notNull())
          .addPrimaryKeyConstraint('memory_key', ['host', 'name'])
          .execute()
      },
    },
  },
}
