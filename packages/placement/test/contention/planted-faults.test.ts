import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { testDatabase } from '../../../../tools/servers/test-database.ts'
import { describeOn, testServer } from '../../../../tools/servers/test-server.ts'
import type { Backend } from './backend.ts'
import type { Fault } from './faults.ts'
import { runStorm } from './run-storm.ts'

/*
 * The storm that finds nothing wrong with the ledger finds these faults, by their numbers in the list of faults to
 * plant. Where one is missing it does no harm: SQLite has one writer at a time, whose sums are right; and PostgreSQL
 * ends whoever reads at REPEATABLE READ and then writes the row that he has read, if it has changed.
 */
async function found(backend: Backend, fault: Fault): Promise<string> {
  return (await runStorm([backend, backend], fault, fault)).findings.join('\n')
}

const OVERDRAWN = /of (scarce|mixed-.) (VCPU|MEMORY_MB) were held at once/
const UNGUARDED = /of counter k\d were held at once/
const limit = { timeout: 120_000 }

test('12 leaves the guards out: found on SQLite', limit, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'novakit-contention-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = path.join(folder, 'ledger.db')
  expect(await found({ kind: 'sqlite', file }, '12 leaves the guards out')).toMatch(UNGUARDED)
})

describeOn(await testServer('postgresql'), 'on PostgreSQL', (url) => {
  const database = testDatabase('postgresql', url)
  test('10 sums, then inserts: found', limit, async () => {
    const backend = { kind: 'postgres', url: database.url, own: false } as const
    expect(await found(backend, '10 sums, then inserts')).toMatch(OVERDRAWN)
  })
})

describeOn(await testServer('mariadb'), 'on MariaDB', (url) => {
  const faults: readonly Fault[] = ['10 sums, then inserts', '11 reads before it locks']
  for (const fault of faults) {
    const database = testDatabase('mariadb', url)
    test(`${fault}: found`, limit, async () => {
      await database.run('set global transaction isolation level repeatable read')
      // The session's level is the server's: our own driver would set another.
      expect(await found({ kind: 'mysql', url: database.url, own: true }, fault)).toMatch(OVERDRAWN)
    })
  }
})
