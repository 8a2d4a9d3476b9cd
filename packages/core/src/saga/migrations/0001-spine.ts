import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { addSequence, columns, dialectNameOf } from '../../storage/index.ts'

/** Operations with their journals, writes from other stores, and the outbox. */
export const spine: Migration = {
  up: async (db: Kysely<any>) => {
    await operations(db)
    await crossings(db)
    await turns(db)
    await addSequence(db.schema.createTable('outbox'), db, 'seq')
      .addColumn('id', columns(db).word, (id) => id.notNull())
      .addColumn('subject', columns(db).word, (subject) => subject.notNull())
      .addColumn('name', columns(db).word, (name) => name.notNull())
      .addColumn('payload', columns(db).json, (payload) => payload.notNull())
      .addColumn('at', columns(db).instant, (at) => at.notNull())
      .execute()
  },
}

async function operations(db: Kysely<any>): Promise<void> {
  const { bigint, boolean, id, instant, json, word } = columns(db)
  await db.schema
    .createTable('operation')
    .addColumn('id', word, (column) => column.primaryKey())
    .addColumn('kind', word, (column) => column.notNull())
    .addColumn('subject', word, (column) => column.notNull())
    .addColumn('parent', word)
    .addColumn('parent_store', word)
    .addColumn('request', json, (column) => column.notNull())
    .addColumn('state', word, (column) => column.notNull())
    .addColumn('journal', json, (column) => column.notNull())
    .addColumn('report', json)
    .addColumn('live', boolean, (column) => column.notNull())
    .addColumn('cursor', bigint, (column) => column.notNull())
    .addColumn('attempt', bigint, (column) => column.notNull())
    .addColumn('tries', bigint, (column) => column.notNull())
    .addColumn('waiting_step', word)
    .addColumn('waiting_host', id)
    .addColumn('waiting_epoch', bigint)
    .addColumn('waiting_command', json)
    .addColumn('problem', json)
    .addColumn('needs_repair', boolean, (column) => column.notNull())
    .addColumn('deadline', instant)
    .addColumn('due_at', instant, (column) => column.notNull())
    .addColumn('wakes', bigint, (column) => column.notNull())
    .addColumn('lease_owner', id)
    .addColumn('lease_epoch', bigint, (column) => column.notNull())
    .addColumn('lease_until', instant)
    .addColumn('created_at', instant, (column) => column.notNull())
    .addColumn('ended_at', instant)
    .addColumn('trace_id', id, (column) => column.notNull())
    .execute()
  await db.schema.createIndex('operation_subject').on('operation').columns(['subject', 'live']).execute()
  const of = (name: string, ...wanted: string[]) => db.schema.createIndex(name).on('operation').columns(wanted)
  // Only few operations are under way at a time, and MySQL has no index of some rows only.
  const some = dialectNameOf(db) !== 'mysql'
  const due = of('operation_due', 'live', 'due_at')
  const ended = of('operation_ended', 'ended_at')
  const waiting = of('operation_host', 'waiting_host', 'live')
  await (some ? due.where('live', '=', 1) : due).execute()
  await (some ? ended.where('ended_at', 'is not', null) : ended).execute()
  await (some ? waiting.where('waiting_host', 'is not', null) : waiting).execute()
}

async function turns(db: Kysely<any>): Promise<void> {
  const { id, instant, word } = columns(db)
  await db.schema
    .createTable('turn')
    .addColumn('name', word, (column) => column.primaryKey())
    .addColumn('owner', id, (column) => column.notNull())
    .addColumn('until', instant, (column) => column.notNull())
    .execute()
}

async function crossings(db: Kysely<any>): Promise<void> {
  const { instant, json, word } = columns(db)
  await db.schema
    .createTable('crossing')
    .addColumn('operation', word, (column) => column.notNull())
    .addColumn('step', word, (column) => column.notNull())
    .addColumn('phase', word, (column) => column.notNull())
    .addColumn('output', json, (column) => column.notNull())
    .addColumn('at', instant, (column) => column.notNull())
    .addPrimaryKeyConstraint('crossing_key', ['operation', 'step', 'phase'])
    .execute()
}
