import { columns } from '@novakit/core'
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** See networks/tables.ts for what the columns mean. */
export const networks: Migration = {
  up: async (db) => {
    await createNetworks(db)
    await createPorts(db)
  },
}

async function createNetworks(db: Kysely<any>): Promise<void> {
  const type = columns(db)
  await db.schema
    .createTable('network')
    .addColumn('id', type.word, (c) => c.notNull().primaryKey())
    .addColumn('name', type.id, (c) => c.notNull())
    .addColumn('owner', type.id, (c) => c.notNull())
    .addColumn('shared', type.boolean, (c) => c.notNull())
    .addColumn('nat', type.boolean, (c) => c.notNull())
    .addColumn('mtu', 'integer', (c) => c.notNull())
    .addColumn('created_at', type.instant, (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('subnet')
    .addColumn('id', type.word, (c) => c.notNull().primaryKey())
    .addColumn('network', type.word, (c) => c.notNull())
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('cidr', type.word, (c) => c.notNull())
    .addColumn('gateway', type.word)
    .addColumn('mode', type.word, (c) => c.notNull())
    .addColumn('dns', type.json, (c) => c.notNull())
    .addColumn('routes', type.json, (c) => c.notNull())
    .addColumn('pool_first', type.word, (c) => c.notNull())
    .addColumn('pool_last', type.word, (c) => c.notNull())
    .addColumn('next', type.word, (c) => c.notNull())
    .execute()
  await db.schema.createIndex('subnet_network').on('subnet').column('network').execute()
}

async function createPorts(db: Kysely<any>): Promise<void> {
  const type = columns(db)
  await db.schema
    .createTable('port')
    .addColumn('id', type.word, (c) => c.notNull().primaryKey())
    .addColumn('network', type.word, (c) => c.notNull())
    .addColumn('project', type.id, (c) => c.notNull())
    .addColumn('mac', type.word, (c) => c.notNull())
    .addColumn('made', type.boolean, (c) => c.notNull())
    .addColumn('server', type.word)
    .addColumn('position', 'integer')
    .addColumn('attach_key', type.id)
    .addColumn('tag', type.id)
    .addColumn('epoch', type.bigint, (c) => c.notNull())
    .addUniqueConstraint('port_mac', ['network', 'mac'])
    .addUniqueConstraint('port_position', ['server', 'position'])
    .execute()
  await db.schema
    .createTable('port_binding')
    .addColumn('port', type.word, (c) => c.notNull())
    .addColumn('host', type.id, (c) => c.notNull())
    .addColumn('epoch', type.bigint, (c) => c.notNull())
    .addColumn('active', type.boolean, (c) => c.notNull())
    .addPrimaryKeyConstraint('port_binding_key', ['port', 'host'])
    .execute()
  await db.schema
    .createTable('address')
    .addColumn('network', type.word, (c) => c.notNull())
    .addColumn('address', type.word, (c) => c.notNull())
    .addColumn('subnet', type.word, (c) => c.notNull())
    .addColumn('port', type.word, (c) => c.notNull())
    .addPrimaryKeyConstraint('address_key', ['network', 'address'])
    .execute()
  await db.schema.createIndex('address_port').on('address').column('port').execute()
  await db.schema.createIndex('address_subnet').on('address').column('subnet').execute()
  await db.schema
    .createTable('server_fence')
    .addColumn('server', type.word, (c) => c.notNull().primaryKey())
    .addColumn('served', type.bigint, (c) => c.notNull())
    .addColumn('released', type.bigint, (c) => c.notNull())
    .execute()
}
