import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { testDatabase } from '../../../../tools/servers/test-database.ts'
import { describeOn, testServer } from '../../../../tools/servers/test-server.ts'
import type { Note } from './note.ts'
import { runStorm, type Storm } from './run-storm.ts'

const LEVELS = ['read committed', 'repeatable read', 'serializable'] as const
const claimsSay =
  '32 writers in several processes exceed no capacity and no guard, lose no allocation, and are refused only for a reason'

/** How often calls on one provider ended so. */
function ends(notes: readonly Note[], host: string, outcome: string): number {
  return notes.filter(({ wants, outcome: end }) => wants[0]?.consumer.startsWith(`${host}-`) && end === outcome).length
}

function expectRight({ notes, findings }: Storm): void {
  expect(findings).toEqual([])
  expect(ends(notes, 'roomy', 'done')).toBe(32 * 3)
  expect(ends(notes, 'scarce', 'done')).toBe(100)
  expect(ends(notes, 'scarce', 'capacity')).toBe(32 * 4 - 100)
  expect(ends(notes, 'guarded', 'done')).toBe(4 * 5)
  expect(ends(notes, 'guarded', 'guard')).toBe(32 * 4 - 4 * 5)
}

describe('on SQLite', () => {
  test(claimsSay, { timeout: 120_000 }, async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'novakit-contention-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const file = { kind: 'sqlite', file: path.join(folder, 'ledger.db') } as const
    expectRight(await runStorm([file, file, file, file], 'sqlite'))
  })
})

describeOn(await testServer('postgresql'), 'on PostgreSQL', (url) => {
  describe.each(LEVELS)('whose sessions are %s unless told otherwise', (level) => {
    const database = testDatabase('postgresql', url)
    test(claimsSay, { timeout: 120_000 }, async () => {
      const name = new URL(database.url).pathname.slice(1)
      await database.run(`alter database ${name} set default_transaction_isolation = '${level}'`)
      const ours = { kind: 'postgres', url: database.url, own: false } as const
      expectRight(await runStorm([ours, { ...ours, own: true }], level))
    })
  })
})

describeOn(await testServer('mariadb'), 'on MariaDB', (url) => {
  describe.each(LEVELS)('whose sessions are %s unless told otherwise', (level) => {
    const database = testDatabase('mariadb', url)
    test(claimsSay, { timeout: 120_000 }, async () => {
      await database.run(`set global transaction isolation level ${level}`)
      const ours = { kind: 'mysql', url: database.url, own: false } as const
      expectRight(await runStorm([ours, { ...ours, own: true }], level))
    })
  })
})
