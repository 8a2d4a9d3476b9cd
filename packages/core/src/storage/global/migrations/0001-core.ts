import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { columns } from '../../dialect/columns.ts'

/** Cells, hosts, servers on their way, flavors, key pairs, groups, aggregates, quotas. */
export const core: Migration = {
  up: async (db: Kysely<any>) => {
    await cells(db)
    await servers(db)
    await flavors(db)
    await keyPairs(db)
    await serverGroups(db)
    await aggregates(db)
    await quotas(db)
  },
}

async function cells(db: Kysely<any>): Promise<void> {
  const { boolean, id, instant, word } = columns(db)
  await db.schema
    .createTable('cell')
    .addColumn('id', word, (column) => column.primaryKey())
    .addColumn('name', id, (column) => column.notNull().unique())
    .addColumn('disabled', boolean, (column) => column.notNull())
    .addColumn('created_at', instant, (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('host_mapping')
    .addColumn('host', id, (column) => column.primaryKey())
    .addColumn('cell', word, (column) => column.notNull())
    .addColumn('created_at', instant, (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('host_node')
    .addColumn('provider', word, (column) => column.primaryKey())
    .addColumn('host', id, (column) => column.notNull())
    .addColumn('node', id, (column) => column.notNull())
    .execute()
  await db.schema.createIndex('host_node_host').on('host_node').column('host').execute()
}

async function servers(db: Kysely<any>): Promise<void> {
  const { bigint, boolean, id, instant, json, text, word } = columns(db)
  await db.schema
    .createTable('instance_mapping')
    .addColumn('server', word, (column) => column.primaryKey())
    .addColumn('cell', word)
    .addColumn('project', id, (column) => column.notNull())
    .addColumn('deleted', boolean, (column) => column.notNull())
    .addColumn('created_at', instant, (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('build_request')
    .addColumn('server', word, (column) => column.primaryKey())
    .addColumn('operation', word, (column) => column.notNull())
    .addColumn('project', id, (column) => column.notNull())
    .addColumn('user', id, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('launch_index', bigint, (column) => column.notNull())
    .addColumn('blueprint', json, (column) => column.notNull())
    .addColumn('deleting', boolean, (column) => column.notNull())
    .addColumn('mapped', boolean, (column) => column.notNull())
    .addColumn('closed_attempt', bigint, (column) => column.notNull())
    .addColumn('attempt', bigint, (column) => column.notNull())
    .addColumn('choice', json)
    .addColumn('alternates', json, (column) => column.notNull())
    .addColumn('failures', json, (column) => column.notNull())
    .addColumn('created_at', instant, (column) => column.notNull())
    .execute()
  await db.schema.createIndex('build_request_operation').on('build_request').column('operation').execute()
  await db.schema.createIndex('build_request_project').on('build_request').column('project').execute()
  await db.schema
    .createTable('request_spec')
    .addColumn('server', word, (column) => column.primaryKey())
    .addColumn('spec', json, (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('idempotency_key')
    .addColumn('project', id, (column) => column.notNull())
    .addColumn('key', id, (column) => column.notNull())
    .addColumn('hash', word, (column) => column.notNull())
    .addColumn('operation', word, (column) => column.notNull())
    .addColumn('answer', json, (column) => column.notNull())
    .addColumn('created_at', instant, (column) => column.notNull())
    .addPrimaryKeyConstraint('idempotency_key_key', ['project', 'key'])
    .execute()
}

async function flavors(db: Kysely<any>): Promise<void> {
  const { bigint, boolean, id, instant, json, text } = columns(db)
  await db.schema
    .createTable('flavor')
    .addColumn('id', id, (column) => column.primaryKey())
    .addColumn('name', id, (column) => column.notNull().unique())
    .addColumn('vcpus', bigint, (column) => column.notNull())
    .addColumn('memory', bigint, (column) => column.notNull())
    .addColumn('disk', bigint, (column) => column.notNull())
    .addColumn('ephemeral', bigint, (column) => column.notNull())
    .addColumn('swap', bigint, (column) => column.notNull())
    .addColumn('is_public', boolean, (column) => column.notNull())
    .addColumn('description', text)
    .addColumn('extra_specs', json, (column) => column.notNull())
    .addColumn('created_at', instant, (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('flavor_access')
    .addColumn('flavor', id, (column) => column.notNull())
    .addColumn('project', id, (column) => column.notNull())
    .addPrimaryKeyConstraint('flavor_access_key', ['flavor', 'project'])
    .execute()
}

async function keyPairs(db: Kysely<any>): Promise<void> {
  const { id, instant, text, word } = columns(db)
  await db.schema
    .createTable('key_pair')
    .addColumn('user', id, (column) => column.notNull())
    .addColumn('name', id, (column) => column.notNull())
    .addColumn('type', word, (column) => column.notNull())
    .addColumn('public_key', text, (column) => column.notNull())
    .addColumn('fingerprint', id, (column) => column.notNull())
    .addColumn('created_at', instant, (column) => column.notNull())
    .addPrimaryKeyConstraint('key_pair_key', ['user', 'name'])
    .execute()
}

async function serverGroups(db: Kysely<any>): Promise<void> {
  const { bigint, id, instant, word } = columns(db)
  await db.schema
    .createTable('server_group')
    .addColumn('id', word, (column) => column.primaryKey())
    .addColumn('name', id, (column) => column.notNull())
    .addColumn('project', id, (column) => column.notNull())
    .addColumn('user', id, (column) => column.notNull())
    .addColumn('policy', word, (column) => column.notNull())
    .addColumn('level', id)
    .addColumn('max_server_per_host', bigint, (column) => column.notNull())
    .addColumn('created_at', instant, (column) => column.notNull())
    .execute()
  await db.schema.createIndex('server_group_project').on('server_group').column('project').execute()
  await db.schema
    .createTable('server_group_member')
    .addColumn('server_group', word, (column) => column.notNull())
    .addColumn('server', word, (column) => column.notNull())
    .addColumn('partition', id)
    .addPrimaryKeyConstraint('server_group_member_key', ['server_group', 'server'])
    .execute()
  await db.schema.createIndex('server_group_member_server').on('server_group_member').column('server').execute()
}

async function aggregates(db: Kysely<any>): Promise<void> {
  const { id, instant, json, word } = columns(db)
  await db.schema
    .createTable('aggregate')
    .addColumn('id', word, (column) => column.primaryKey())
    .addColumn('name', id, (column) => column.notNull().unique())
    .addColumn('metadata', json, (column) => column.notNull())
    .addColumn('created_at', instant, (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('aggregate_host')
    .addColumn('aggregate', word, (column) => column.notNull())
    .addColumn('host', id, (column) => column.notNull())
    .addPrimaryKeyConstraint('aggregate_host_key', ['aggregate', 'host'])
    .execute()
  await db.schema.createIndex('aggregate_host_host').on('aggregate_host').column('host').execute()
}

async function quotas(db: Kysely<any>): Promise<void> {
  const { bigint, id, word } = columns(db)
  await db.schema
    .createTable('quota_limit')
    .addColumn('project', id, (column) => column.notNull())
    .addColumn('user', id, (column) => column.notNull())
    .addColumn('resource', word, (column) => column.notNull())
    .addColumn('amount', bigint, (column) => column.notNull())
    .addPrimaryKeyConstraint('quota_limit_key', ['project', 'user', 'resource'])
    .execute()
  await db.schema
    .createTable('quota_usage')
    .addColumn('project', id, (column) => column.notNull())
    .addColumn('user', id, (column) => column.notNull())
    .addColumn('resource', word, (column) => column.notNull())
    .addColumn('used', bigint, (column) => column.notNull())
    .addPrimaryKeyConstraint('quota_usage_key', ['project', 'user', 'resource'])
    .execute()
  await db.schema
    .createTable('quota_charge')
    .addColumn('subject', id, (column) => column.notNull())
    .addColumn('resource', word, (column) => column.notNull())
    .addColumn('project', id, (column) => column.notNull())
    .addColumn('user', id, (column) => column.notNull())
    .addColumn('amount', bigint, (column) => column.notNull())
    .addColumn('operation', word, (column) => column.notNull())
    .addPrimaryKeyConstraint('quota_charge_key', ['subject', 'resource', 'operation'])
    .execute()
}
