import { byKey, columns } from '@novakit/core'
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** See ledger/tables.ts for what the columns mean. */
export const ledger: Migration = {
  up: async (db) => {
    await createNames(db)
    await createProviders(db)
    await createProviderParts(db)
    await createConsumers(db)
    await createGuards(db)
    await createFeed(db)
  },
}

async function createNames(db: Kysely<any>): Promise<void> {
  const type = columns(db)
  for (const table of ['resource_class', 'trait']) {
    await db.schema
      .createTable(table)
      .addColumn('name', type.id, (c) => c.notNull().primaryKey())
      .addColumn('created_at', type.instant, (c) => c.notNull())
      .execute()
  }
}

async function createProviders(db: Kysely<any>): Promise<void> {
  const type = columns(db)
  await db.schema
    .createTable('resource_provider')
    .addColumn('id', type.word, (c) => c.notNull().primaryKey())
    .addColumn('name', type.id, (c) => c.notNull())
    .addColumn('root', type.word, (c) => c.notNull())
    .addColumn('parent', type.word)
    .addColumn('generation', type.bigint, (c) => c.notNull())
    .addColumn('change_version', type.bigint, (c) => c.notNull())
    .addColumn('changed_at', type.instant, (c) => c.notNull())
    .addUniqueConstraint('resource_provider_name', ['name'])
    .execute()
  await db.schema.createIndex('resource_provider_root').on('resource_provider').column('root').execute()
  await db.schema.createIndex('resource_provider_change').on('resource_provider').column('change_version').execute()
}

async function createProviderParts(db: Kysely<any>): Promise<void> {
  const type = columns(db)
  const inventory = db.schema
    .createTable('inventory')
    .addColumn('provider', type.word, (c) => c.notNull())
    .addColumn('resource_class', type.id, (c) => c.notNull())
    .addColumn('total', 'integer', (c) => c.notNull())
    .addColumn('reserved', 'integer', (c) => c.notNull())
    .addColumn('allocation_ratio', type.real, (c) => c.notNull())
    .addColumn('min_unit', 'integer', (c) => c.notNull())
    .addColumn('max_unit', 'integer', (c) => c.notNull())
    .addColumn('step_size', 'integer', (c) => c.notNull())
    .addColumn('capacity', type.bigint, (c) => c.notNull())
    .addColumn('used', type.bigint, (c) => c.notNull())
    .addColumn('changed_at', type.instant, (c) => c.notNull())
    .addPrimaryKeyConstraint('inventory_key', ['provider', 'resource_class'])
  await byKey(inventory, db).execute()
  await db.schema.createIndex('inventory_class').on('inventory').column('resource_class').execute()
  await db.schema
    .createTable('provider_trait')
    .addColumn('provider', type.word, (c) => c.notNull())
    .addColumn('trait', type.id, (c) => c.notNull())
    .addColumn('declared', type.boolean, (c) => c.notNull())
    .addPrimaryKeyConstraint('provider_trait_key', ['provider', 'trait'])
    .execute()
  await db.schema.createIndex('provider_trait_name').on('provider_trait').column('trait').execute()
  await db.schema
    .createTable('provider_aggregate')
    .addColumn('provider', type.word, (c) => c.notNull())
    .addColumn('aggregate', type.word, (c) => c.notNull())
    .addPrimaryKeyConstraint('provider_aggregate_key', ['provider', 'aggregate'])
    .execute()
  await db.schema.createIndex('provider_aggregate_members').on('provider_aggregate').column('aggregate').execute()
}

async function createConsumers(db: Kysely<any>): Promise<void> {
  const type = columns(db)
  const consumer = db.schema
    .createTable('consumer')
    .addColumn('id', type.word, (c) => c.notNull().primaryKey())
    .addColumn('type', type.id)
    .addColumn('project', type.id, (c) => c.notNull())
    .addColumn('user', type.id, (c) => c.notNull())
    .addColumn('generation', type.bigint, (c) => c.notNull())
    .addColumn('operation', type.id)
    .addColumn('holds', type.bigint, (c) => c.notNull())
    .addColumn('changed_at', type.instant, (c) => c.notNull())
  await byKey(consumer, db).execute()
  await db.schema.createIndex('consumer_project').on('consumer').columns(['project', 'user']).execute()
  const allocation = db.schema
    .createTable('allocation')
    .addColumn('consumer', type.word, (c) => c.notNull())
    .addColumn('provider', type.word, (c) => c.notNull())
    .addColumn('resource_class', type.id, (c) => c.notNull())
    .addColumn('used', type.bigint, (c) => c.notNull())
    .addPrimaryKeyConstraint('allocation_key', ['consumer', 'provider', 'resource_class'])
  await byKey(allocation, db).execute()
  await db.schema.createIndex('allocation_provider').on('allocation').column('provider').execute()
}

async function createGuards(db: Kysely<any>): Promise<void> {
  const type = columns(db)
  await db.schema
    .createTable('guard')
    .addColumn('kind', type.word, (c) => c.notNull())
    .addColumn('name', type.id, (c) => c.notNull())
    .addColumn('value', type.id, (c) => c.notNull())
    .addColumn('held', type.bigint, (c) => c.notNull())
    .addPrimaryKeyConstraint('guard_key', ['kind', 'name'])
    .execute()
  await db.schema
    .createTable('guard_hold')
    .addColumn('consumer', type.word, (c) => c.notNull())
    .addColumn('kind', type.word, (c) => c.notNull())
    .addColumn('name', type.id, (c) => c.notNull())
    .addColumn('value', type.id, (c) => c.notNull())
    .addColumn('held', type.bigint, (c) => c.notNull())
    .addColumn('allowed', type.bigint, (c) => c.notNull())
    .addPrimaryKeyConstraint('guard_hold_key', ['consumer', 'kind', 'name'])
    .execute()
}

async function createFeed(db: Kysely<any>): Promise<void> {
  const type = columns(db)
  await db.schema
    .createTable('placement_change')
    .addColumn('provider', type.word, (c) => c.notNull().primaryKey())
    .addColumn('version', type.bigint, (c) => c.notNull())
    .execute()
  await db.schema.createIndex('placement_change_version').on('placement_change').column('version').execute()
  await db.schema
    .createTable('placement_feed')
    .addColumn('id', 'integer', (c) => c.notNull().primaryKey())
    .addColumn('version', type.bigint, (c) => c.notNull())
    .addColumn('trimmed', type.bigint, (c) => c.notNull())
    .execute()
  await db.insertInto('placement_feed').values({ id: 1, version: 0, trimmed: 0 }).execute()
}
