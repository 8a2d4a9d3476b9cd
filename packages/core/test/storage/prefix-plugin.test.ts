import {
  DummyDriver,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type Compilable,
} from 'kysely'
import { describe, expect, it } from 'vitest'
import { prefixPlugin } from '../../src/storage/prefix-plugin.ts'

const db = new Kysely<any>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (on) => new PostgresIntrospector(on),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
  plugins: [prefixPlugin('p_')],
})
const mysql = new Kysely<any>({
  dialect: {
    createAdapter: () => new MysqlAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (on) => new MysqlIntrospector(on),
    createQueryCompiler: () => new MysqlQueryCompiler(),
  },
  plugins: [prefixPlugin('p_')],
})

const text = (query: Compilable): string => query.compile().sql.replaceAll('"', '').replaceAll('`', '')

describe('prefixPlugin', () => {
  it('puts the prefix before tables and before columns named with their table', () => {
    const query = db.selectFrom('server').selectAll('server').select('server.id').where('server.id', '=', 1)
    expect(text(query)).toBe('select p_server.*, p_server.id from p_server where p_server.id = $1')
  })

  it('leaves aliases alone, whatever they are called', () => {
    const query = db
      .selectFrom('server as s')
      .innerJoin('host as server', 'server.id', 's.host')
      .select(['s.id', 'server.name as host'])
    expect(text(query)).toBe(
      'select s.id, server.name as host from p_server as s inner join p_host as server on server.id = s.host',
    )
  })

  it('reaches into joins, orders, groups and havings', () => {
    const query = db
      .selectFrom('server')
      .leftJoin('host', (join) => join.onRef('host.id', '=', 'server.host').on('host.up', '=', 1))
      .select((eb) => eb.fn.count('server.id').as('n'))
      .groupBy('host.id')
      .having((eb) => eb.fn.max('server.at'), '>', 5)
      .orderBy('host.name', 'desc')
    expect(text(query)).toBe(
      'select count(p_server.id) as n from p_server left join p_host on p_host.id = p_server.host and p_host.up = $1' +
        ' group by p_host.id having max(p_server.at) > $2 order by p_host.name desc',
    )
  })

  it('reaches into subqueries, which see the tables around them', () => {
    const query = db
      .selectFrom('server')
      .selectAll()
      .where((eb) => eb.exists(eb.selectFrom('host').select('host.id').whereRef('host.id', '=', 'server.host')))
      .where('id', 'in', (eb: typeof db) => eb.selectFrom('tag as server').select('server.id'))
    expect(text(query)).toBe(
      'select * from p_server where exists (select p_host.id from p_host where p_host.id = p_server.host)' +
        ' and id in (select server.id from p_tag as server)',
    )
  })

  it('reads from derived tables by the alias they have', () => {
    const query = db.selectFrom(db.selectFrom('server').select('server.id').as('host')).select('host.id')
    expect(text(query)).toBe('select host.id from (select p_server.id from p_server) as host')
  })

  it('leaves common table expressions alone, and their columns', () => {
    const query = db
      .with('recent', (on) => on.selectFrom('server').select('server.id'))
      .with('both', (on) => on.selectFrom('recent').innerJoin('host', 'host.id', 'recent.id').select('recent.id'))
      .selectFrom('both')
      .innerJoin('server', 'server.id', 'both.id')
      .select('both.id')
    expect(text(query)).toBe(
      'with recent as (select p_server.id from p_server),' +
        ' both as (select recent.id from recent inner join p_host on p_host.id = recent.id)' +
        ' select both.id from both inner join p_server on p_server.id = both.id',
    )
  })

  it('takes a common table expression for the table of its name only after it is defined', () => {
    const query = db
      .with('server', (on) => on.selectFrom('server').selectAll().where('server.up', '=', 1))
      .selectFrom('server')
      .select('server.id')
    expect(text(query)).toBe(
      'with server as (select * from p_server where p_server.up = $1) select server.id from server',
    )
  })

  it('lets a recursive expression read from itself', () => {
    const query = db
      .withRecursive('tree', (on) =>
        on
          .selectFrom('provider')
          .select('provider.id')
          .unionAll(on.selectFrom('provider').innerJoin('tree', 'tree.id', 'provider.parent').select('provider.id')),
      )
      .selectFrom('tree')
      .selectAll()
    expect(text(query)).toBe(
      'with recursive tree as (select p_provider.id from p_provider' +
        ' union all select p_provider.id from p_provider inner join tree on tree.id = p_provider.parent)' +
        ' select * from tree',
    )
  })

  it('forgets a common table expression outside of its query', () => {
    const query = db
      .selectFrom(
        db
          .with('x', (on) => on.selectFrom('a').selectAll())
          .selectFrom('x')
          .selectAll()
          .as('d'),
      )
      .innerJoin('x', 'x.id', 'd.id')
      .selectAll()
    expect(text(query)).toBe(
      'select * from (with x as (select * from p_a) select * from x) as d inner join p_x on p_x.id = d.id',
    )
  })

  it('changes inserts, with their conflicts and returned columns', () => {
    const query = db
      .insertInto('server')
      .values({ id: 1, n: 2 })
      .onConflict((on) =>
        on
          .column('id')
          .doUpdateSet((eb) => ({ n: eb.ref('excluded.n') }))
          .where('server.n', '<', 9),
      )
      .returning('server.id')
    expect(text(query)).toBe(
      'insert into p_server (id, n) values ($1, $2) on conflict (id) do update set n = excluded.n' +
        ' where p_server.n < $3 returning p_server.id',
    )
    expect(text(db.insertInto('a').columns(['id']).expression(db.selectFrom('b').select('b.id')))).toBe(
      'insert into p_a (id) select p_b.id from p_b',
    )
    expect(
      text(
        mysql
          .insertInto('a')
          .values({ id: 1 })
          .onDuplicateKeyUpdate({ id: sql`values(${sql.ref('id')})` }),
      ),
    ).toBe('insert into p_a (id) values (?) on duplicate key update id = values(id)')
  })

  it('changes updates, from other tables too', () => {
    const query = db.updateTable('server').from('host').set({ n: 1 }).whereRef('server.host', '=', 'host.id')
    expect(text(query)).toBe('update p_server set n = $1 from p_host where p_server.host = p_host.id')
    expect(text(db.updateTable('server as s').set({ n: 1 }).where('s.id', '=', 1))).toBe(
      'update p_server as s set n = $1 where s.id = $2',
    )
  })

  it('changes deletes, also of rows chosen by other tables', () => {
    expect(text(db.deleteFrom('server').where('server.id', '=', 1))).toBe('delete from p_server where p_server.id = $1')
    expect(text(db.deleteFrom('a').using('b').whereRef('a.id', '=', 'b.id'))).toBe(
      'delete from p_a using p_b where p_a.id = p_b.id',
    )
    const merge = db.mergeInto('a').using('b', 'b.id', 'a.id').whenMatched().thenDelete()
    expect(text(merge)).toBe('merge into p_a using p_b on p_b.id = p_a.id when matched then delete')
  })

  it('follows unions', () => {
    expect(text(db.selectFrom('a').select('a.id').union(db.selectFrom('b').select('b.id')))).toBe(
      'select p_a.id from p_a union select p_b.id from p_b',
    )
  })

  it('knows the tables that SQL as text names through sql.table', () => {
    const query = sql`select ${sql.ref('a.id')} from ${sql.table('a')} join b on b.id = ${sql.ref('b.id')}`
    expect(query.compile(db).sql).toBe('select "p_a"."id" from "p_a" join b on b.id = "b"."id"')
    expect(text(db.selectFrom('a').select(sql`lower(${sql.ref('a.id')})`.as('x')))).toBe(
      'select lower(p_a.id) as x from p_a',
    )
  })

  it('names a row by the name it has in the query', () => {
    expect(text(db.selectFrom('a as x').select((eb) => eb.fn.toJson('x').as('row')))).toBe(
      'select to_json(x) as row from p_a as x',
    )
    expect(text(db.selectFrom('a').select((eb) => eb.fn.toJson('a').as('row')))).toBe(
      'select to_json(p_a) as row from p_a',
    )
    expect(text(db.selectFrom('a as x').innerJoin('b', 'b.id', 'x.id').selectAll().forUpdate(['x', 'b']))).toBe(
      'select * from p_a as x inner join p_b on p_b.id = x.id for update of x, p_b',
    )
  })

  it('leaves a table alone that names its schema', () => {
    expect(text(db.selectFrom('other.a').selectAll().where('other.a.id', '=', 1))).toBe(
      'select * from other.a where other.a.id = $1',
    )
  })

  it('creates tables, indexes, keys and checks under the prefix', () => {
    const create = db.schema
      .createTable('a')
      .addColumn('id', 'integer', (column) => column.references('b.id'))
      .addUniqueConstraint('a_once', ['id'])
      .addPrimaryKeyConstraint('a_key', ['id'])
      .addForeignKeyConstraint('a_b', ['id'], 'b', ['id'])
      .addCheckConstraint('a_check', sql`id > 0`)
    expect(text(create)).toBe(
      'create table p_a (id integer references p_b (id), constraint p_a_once unique (id),' +
        ' constraint p_a_key primary key (id), constraint p_a_b foreign key (id) references p_b (id),' +
        ' constraint p_a_check check (id > 0))',
    )
    expect(text(db.schema.createIndex('a_n').unique().on('a').columns(['n', 'm desc']))).toBe(
      'create unique index p_a_n on p_a (n, m desc)',
    )
    expect(text(db.schema.createIndex('a_n').on('a').column('n').where(sql.ref('up'), '=', 1))).toBe(
      'create index p_a_n on p_a (n) where up = 1',
    )
    expect(text(db.schema.createView('v').as(db.selectFrom('a').select('a.id')))).toBe(
      'create view p_v as select p_a.id from p_a',
    )
  })

  it('alters and drops them under the prefix', () => {
    expect(text(db.schema.alterTable('a').addColumn('n', 'integer', (c) => c.references('b.id')))).toBe(
      'alter table p_a add column n integer references p_b (id)',
    )
    expect(text(db.schema.alterTable('a').renameTo('c'))).toBe('alter table p_a rename to p_c')
    expect(text(db.schema.alterTable('a').addUniqueConstraint('u', ['n']))).toBe(
      'alter table p_a add constraint p_u unique (n)',
    )
    expect(text(db.schema.alterTable('a').dropConstraint('u'))).toBe('alter table p_a drop constraint p_u')
    expect(text(db.schema.dropTable('a').ifExists())).toBe('drop table if exists p_a')
    expect(text(db.schema.dropIndex('a_n').ifExists())).toBe('drop index if exists p_a_n')
    expect(text(mysql.schema.dropIndex('a_n').on('a'))).toBe('drop index p_a_n on p_a')
    expect(text(db.schema.dropView('v'))).toBe('drop view p_v')
  })

  it('refuses a name that PostgreSQL would cut off', () => {
    expect(() => text(db.schema.createIndex('x'.repeat(62)).on('a').column('n'))).toThrow('databases allow 63')
  })

  it('gives back the very tree where there is nothing to change', () => {
    const node = sql`select ${1}`.compile(db).query
    const plugin = prefixPlugin('p_')
    expect(plugin.transformQuery({ node, queryId: { queryId: '1' } })).toBe(node)
  })
})
