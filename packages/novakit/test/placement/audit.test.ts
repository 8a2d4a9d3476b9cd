import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { freshRandom, id, openStore, silentLog, sqlite, systemClock } from '@novakit/core'
import { createProvider, placementLedger, setAllocations, setInventories } from '@novakit/placement'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const program = path.join(import.meta.dirname, '../../src/cli/main.ts')
const stock = { total: 8, reserved: 0, allocationRatio: 1, minUnit: 1, maxUnit: 8, stepSize: 1 }

describe('novakit placement-audit', { timeout: 60_000 }, () => {
  let folder: string
  let database: string
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'novakit-audit-'))
    database = path.join(folder, 'placement.db')
    const deps = { clock: systemClock, random: freshRandom(), log: silentLog }
    const store = await openStore('global', 'global', sqlite({ file: database }), deps, placementLedger().migrations)
    await store.write(async (tx) => {
      await createProvider(tx, { id: id('host'), name: 'host', parent: null })
      await setInventories(tx, id('host'), new Map([['VCPU', stock]]), { mayBeEmpty: false })
      const owner = {
        project: id<never>('p'),
        user: id<never>('u'),
        allocations: new Map([[id<never>('host'), { VCPU: 1 }]]),
      }
      await setAllocations(tx, [{ consumer: id('alive'), ...owner }])
      await setAllocations(tx, [{ consumer: id('lost'), ...owner }])
    })
    await store.close()
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const run = (...options: readonly string[]) =>
    new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
      const args = ['--conditions=novakit-source', program, 'placement-audit', ...options]
      execFile(process.execPath, args, (error, out, err) => resolve({ code: error?.code ?? 0, out, err }))
    })

  test('finds orphans, leaves them where they are until it is told to mend them, and then finds none', async () => {
    const known = path.join(folder, 'known')
    await writeFile(known, 'alive\n')
    const asked = ['--database', database, '--known', known, '--min-age', '0']
    for (let times = 0; times < 2; times++) {
      const dry = await run(...asked)
      expect(dry.code).toBe(1)
      expect(JSON.parse(dry.out)).toMatchObject({
        kind: 'orphan',
        consumer: 'lost',
        allocations: { host: { VCPU: 1 } },
      })
    }
    expect(await run(...asked, '--heal')).toMatchObject({ code: 0, err: '1 of 1 mended\n' })
    expect(await run(...asked)).toEqual({ code: 0, out: '', err: '' })
  })

  test('gives those time that have just changed, and says how to use it', async () => {
    const known = path.join(folder, 'known')
    await writeFile(known, 'alive\n')
    expect(await run('--database', database, '--known', known)).toMatchObject({ code: 0, out: '' })
    expect((await run()).code).toBe(2)
  })
})
