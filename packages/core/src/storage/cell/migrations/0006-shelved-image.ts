import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { columns } from '../../dialect/columns.ts'

/** What a shelved server is made from when it is wanted again. */
export const shelvedImage: Migration = {
  up: async (db: Kysely<any>) => {
    await db.schema.alterTable('instance').addColumn('shelved_image', columns(db).id).execute()
  },
}
