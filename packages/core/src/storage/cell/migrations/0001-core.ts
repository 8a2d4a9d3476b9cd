import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { columns } from '../../dialect/columns.ts'

/** Servers with their history, migrations, and hosts. */
export const core: Migration = {
  up: async (db: Kysely<any>) => {
    await instances(db)
    await history(db)
    await hosts(db)
  },
}

async function instances(db: Kysely<any>): Promise<void> {
  const { bigint, boolean, id, instant, json, text, word } = columns(db)
  await db.schema
    .createTable('instance')
    .addColumn('id', word, (column) => column.primaryKey())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('description', text)
    .addColumn('project', id, (column) => column.notNull())
    .addColumn('user', id, (column) => column.notNull())
    .addColumn('vm_state', word, (column) => column.notNull())
    .addColumn('task_state', word)
    .addColumn('power_state', word, (column) => column.notNull())
    .addColumn('flavor', json, (column) => column.notNull())
    .addColumn('image', id)
    .addColumn('key_name', id)
    .addColumn('metadata', json, (column) => column.notNull())
    .addColumn('tags', json, (column) => column.notNull())
    .addColumn('zone', id)
    .addColumn('locked', boolean, (column) => column.notNull())
    .addColumn('locked_reason', text)
    .addColumn('hostname', id, (column) => column.notNull())
    .addColumn('launch_index', bigint, (column) => column.notNull())
    .addColumn('reservation', word, (column) => column.notNull())
    .addColumn('host', id)
    .addColumn('node', id)
    .addColumn('epoch', bigint, (column) => column.notNull())
    .addColumn('blueprint', json, (column) => column.notNull())
    .addColumn('created_at', instant, (column) => column.notNull())
    .addColumn('updated_at', instant, (column) => column.notNull())
    .addColumn('launched_at', instant)
    .addColumn('deleted_at', instant)
    .execute()
  await db.schema
    .createIndex('instance_project')
    .on('instance')
    .columns(['project', 'deleted_at', 'created_at', 'id'])
    .execute()
  await db.schema.createIndex('instance_created').on('instance').columns(['deleted_at', 'created_at', 'id']).execute()
  await db.schema.createIndex('instance_host').on('instance').column('host').execute()
}

async function history(db: Kysely<any>): Promise<void> {
  const { id, instant, json, text, word } = columns(db)
  await db.schema
    .createTable('instance_action')
    .addColumn('operation', word, (column) => column.notNull())
    .addColumn('server', word, (column) => column.notNull())
    .addColumn('action', word, (column) => column.notNull())
    .addColumn('request_id', id, (column) => column.notNull())
    .addColumn('project', id, (column) => column.notNull())
    .addColumn('user', id, (column) => column.notNull())
    .addColumn('started_at', instant, (column) => column.notNull())
    .addColumn('finished_at', instant)
    .addColumn('result', word)
    .addColumn('message', text)
    .addPrimaryKeyConstraint('instance_action_key', ['operation', 'server'])
    .execute()
  await db.schema.createIndex('instance_action_server').on('instance_action').column('server').execute()
  await db.schema
    .createTable('instance_fault')
    .addColumn('server', word, (column) => column.notNull())
    .addColumn('operation', word, (column) => column.notNull())
    .addColumn('problem', json, (column) => column.notNull())
    .addColumn('at', instant, (column) => column.notNull())
    .addPrimaryKeyConstraint('instance_fault_key', ['server', 'operation'])
    .execute()
  await db.schema
    .createTable('instance_migration')
    .addColumn('id', word, (column) => column.primaryKey())
    .addColumn('server', word, (column) => column.notNull())
    .addColumn('type', word, (column) => column.notNull())
    .addColumn('status', word, (column) => column.notNull())
    .addColumn('details', json, (column) => column.notNull())
    .addColumn('created_at', instant, (column) => column.notNull())
    .addColumn('updated_at', instant, (column) => column.notNull())
    .execute()
  await db.schema.createIndex('instance_migration_server').on('instance_migration').column('server').execute()
}

async function hosts(db: Kysely<any>): Promise<void> {
  const { bigint, boolean, id, instant, json, text, word } = columns(db)
  await db.schema
    .createTable('host')
    .addColumn('host', id, (column) => column.primaryKey())
    .addColumn('boot', word, (column) => column.notNull())
    .addColumn('public_key', text)
    .addColumn('enabled', boolean, (column) => column.notNull())
    .addColumn('disabled_reason', text)
    .addColumn('forced_down', boolean, (column) => column.notNull())
    .addColumn('last_seen_at', instant, (column) => column.notNull())
    .addColumn('nodes', json, (column) => column.notNull())
    .addColumn('nodes_version', bigint, (column) => column.notNull())
    .addColumn('declared_version', bigint, (column) => column.notNull())
    .addColumn('mapped', boolean, (column) => column.notNull())
    .addColumn('created_at', instant, (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('tombstone')
    .addColumn('server', word, (column) => column.notNull())
    .addColumn('host', id, (column) => column.notNull())
    .addColumn('epoch', bigint, (column) => column.notNull())
    .addColumn('at', instant, (column) => column.notNull())
    .addPrimaryKeyConstraint('tombstone_key', ['server', 'host', 'epoch'])
    .execute()
  await db.schema.createIndex('tombstone_host').on('tombstone').column('host').execute()
}
