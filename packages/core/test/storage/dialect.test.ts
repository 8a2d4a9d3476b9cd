import { describe, expect, it } from 'vitest'
import { storageErrors } from '../../src/domain/storage/errors.ts'
import type { OpenStore } from '../../src/ports/storage.ts'
import { makeTx, type TxGround } from '../../src/storage/tx.ts'
import { silentLog } from '../../src/system/log.ts'
import { statementCompiler } from '../../src/storage/statement.ts'
import { columns, insertIgnore, upsert, wholeNumber } from '../../src/storage/index.ts'
import { dialects } from '../../src/storage/dialect/facts.ts'
import { scriptedKysely } from './scripted-kysely.ts'

function txOn(
  dialect: 'postgres' | 'mysql',
  answer: (sent: string) => readonly unknown[] | undefined = () => undefined,
) {
  const { kysely, log } = scriptedKysely(dialect, answer)
  const open = { kysely, dialect: dialects[dialect].dialect } as unknown as OpenStore
  const execute: TxGround['execute'] = (query, parameters) => kysely.executeQuery({ ...query, parameters })
  const { tx } = makeTx<'global'>({ open, db: kysely, compiled: statementCompiler(open), execute }, silentLog)
  return { tx, log, kysely }
}

const rows = [
  { id: 'a', n: 1 },
  { id: 'b', n: 2 },
]

describe('insertIgnore', () => {
  it('leaves duplicates to PostgreSQL', async () => {
    const { tx, log } = txOn('postgres')
    expect(await insertIgnore(tx, 't', rows)).toBe(1)
    expect(log).toEqual(['insert into "t" ("id", "n") values ($1, $2), ($3, $4) on conflict do nothing'])
  })

  it('takes rows one by one on MySQL, whose INSERT IGNORE passes over other mistakes too', async () => {
    const errors: Error[] = [storageErrors.conflict({}, { cause: Object.assign(new Error(), { errno: 1062 }) })]
    const { tx, log } = txOn('mysql', () => {
      const error = errors.shift()
      if (error !== undefined) throw error
      return undefined
    })
    expect(await insertIgnore(tx, 't', rows)).toBe(1)
    expect(log).toEqual(['insert into `t` (`id`, `n`) values (?, ?)', 'insert into `t` (`id`, `n`) values (?, ?)'])
  })

  it('does not pass over a broken foreign key on MySQL', async () => {
    const { tx } = txOn('mysql', () => {
      throw storageErrors.conflict({}, { cause: Object.assign(new Error(), { errno: 1452 }) })
    })
    await expect(insertIgnore(tx, 't', rows)).rejects.toMatchObject({ code: 'storage.conflict' })
  })
})

describe('upsert', () => {
  it('speaks as PostgreSQL does', async () => {
    const { tx, log } = txOn('postgres')
    await upsert(tx, 't', rows, { key: ['id'] })
    expect(log).toEqual([
      'insert into "t" ("id", "n") values ($1, $2), ($3, $4) on conflict ("id") do update set "n" = "excluded"."n"',
    ])
  })

  it('speaks as MySQL does', async () => {
    const { tx, log } = txOn('mysql')
    await upsert(tx, 't', rows, { key: ['id'], change: ['n'] })
    expect(log).toEqual(['insert into `t` (`id`, `n`) values (?, ?), (?, ?) on duplicate key update `n` = values(`n`)'])
  })

  it('refuses to change nothing', async () => {
    const { tx } = txOn('postgres')
    await expect(upsert(tx, 't', [{ id: 'a' }], { key: ['id'] })).rejects.toThrow('insertIgnore')
  })
})

describe('columns', () => {
  it('makes tables whose keys fit and compare byte by byte, on every database', () => {
    const create = (dialect: 'postgres' | 'mysql'): string => {
      const type = columns(dialect)
      return scriptedKysely(dialect, () => undefined)
        .kysely.schema.createTable('t')
        .addColumn('id', type.id)
        .addColumn('note', type.text)
        .addColumn('big', type.bigint)
        .addColumn('on', type.boolean)
        .compile().sql
    }
    expect(create('postgres')).toBe(
      'create table "t" ("id" varchar(255) collate "C", "note" text collate "C", "big" double precision, "on" smallint)',
    )
    const bytewise = 'character set utf8mb4 collate /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */'
    expect(create('mysql')).toBe(
      `create table \`t\` (\`id\` varchar(255) ${bytewise}, \`note\` longtext ${bytewise}, \`big\` bigint, \`on\` smallint)`,
    )
  })

  it('wants to know what it is for', () => {
    expect(() => columns(scriptedKysely('mysql', () => undefined).kysely)).toThrow('openStore')
  })
})

describe('the clock of a database', () => {
  it.each([
    ['postgres', '1795000000123'],
    ['mysql', 1_795_000_000_123],
  ] as const)('is read from %s, as text or as a number', async (dialect, now) => {
    const { kysely } = scriptedKysely(dialect, () => [{ now }])
    expect(await dialects[dialect].now?.(kysely)).toBe(1_795_000_000_123)
  })
})

describe('wholeNumber', () => {
  it.each([
    ['7', 7],
    [7n, 7],
    [7, 7],
    ['-9007199254740991', -Number.MAX_SAFE_INTEGER],
  ])('reads %s', (value, number) => {
    expect(wholeNumber(value)).toBe(number)
  })

  it.each(['9007199254740993', 1.5, 'x', 2n ** 60n])('refuses %s', (value) => {
    expect(() => wholeNumber(value)).toThrow(RangeError)
  })
})
