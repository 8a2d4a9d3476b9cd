import path from 'node:path'
import { execFile } from 'node:child_process'
import { gzipSync } from 'node:zlib'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { TraceOptions, TraceResult } from '../../src/cli/trace/trace.ts'
import { command } from '../../src/cli/commands/trace.ts'
import { cut } from '../../src/cli/trace/set.ts'
import { dataFolder } from '../support/trace/data-folder.ts'
import { findSet } from '../../src/cli/trace/find-set.ts'
import { readEvidence } from '../../src/cli/trace/check/read-evidence.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { trace } from '../../src/cli/trace/trace.ts'
import { withCompileCache } from '../support/compile-cache.ts'

const quietly = (options: Pick<TraceOptions, 'set' | 'preset'> & Partial<TraceOptions>): Promise<TraceResult> =>
  trace({ database: null, keep: false, quiet: true, inFlight: 32, ...options })

describe('a slice of a replay', () => {
  test.for([
    ['C1', 'pack', 0.1, 220],
    ['C3', 'spread', 0.05, 150],
  ] as const)(
    'of %s, %s, ends as it should, and leaves nothing',
    { timeout: 60_000 },
    async ([name, preset, hosts, requests]) => {
      const set = cut(await findSet(dataFolder, name, hosts), { requests })
      const result = await quietly({ set, preset })
      console.log(`${set.name} from ${set.origin}: ${result.active} of ${requests} active`)
      expect(result.findings).toEqual([])
      expect(result).toMatchObject({ ok: true, requests, database: null })
      expect(result.active).toBeGreaterThan(requests * 0.8)
    },
  )

  test('with too few hosts says of each server that found no place why', { timeout: 60_000 }, async () => {
    const set = cut(await findSet(dataFolder, 'C2', 0.02), { requests: 120 })
    const result = await quietly({ set, preset: 'spread' })
    expect(result.findings).toEqual([])
    expect(result.active).toBeLessThan(120)
    expect(result.active + Object.values(result.errors).reduce((sum, count) => sum + count, 0)).toBe(120)
  })

  test('that is kept stays in its file', { timeout: 60_000 }, async () => {
    const database = path.join(await tempFolder(), 'cloud.db')
    const set = cut(await findSet(dataFolder, 'C4', 0.02), { requests: 20 })
    const result = await quietly({ set, preset: 'pack', database, keep: true })
    expect(result).toMatchObject({ findings: [], requests: 20, database, active: 20 })
    expect(readEvidence(database).servers).toHaveLength(20)
  })
})

describe('the sets', () => {
  test('have a twin of the same shape where the files are not there, the same each time', async () => {
    const [twin, again, other] = await Promise.all(['C1', 'C1', 'C2'].map((name) => findSet('/nowhere', name, 1)))
    expect(twin).toEqual(again)
    expect(twin?.requests).not.toEqual(other?.requests)
    expect(twin).toMatchObject({ name: 'C1', origin: 'twin' })
    expect([twin?.hosts.length, twin?.requests.length]).toEqual([1710, 4998])
    const rules = Object.groupBy(twin?.requests ?? [], ({ group }) => group?.rule ?? 'none')
    expect(Object.keys(rules).toSorted()).toEqual(['affinity', 'anti-affinity', 'fault-domain', 'none'])
    expect(new Set(twin?.hosts.map(({ rack }) => rack)).size).toBeGreaterThan(80)
    const vcpus = twin?.requests.reduce((sum, request) => sum + request.vcpus, 0)
    expect(vcpus).toBeGreaterThan(50_000)
    expect(vcpus).toBeLessThan(90_000)
  })

  test('are read as they are published', async () => {
    const set = await findSet(dataFolder, 'C1', 1)
    if (process.env['NOVAKIT_DATA'] === undefined) return expect(set.origin).toBe('twin')
    expect(set.origin).toBe('files')
    expect([set.hosts.length, set.requests.length]).toEqual([1710, 4998])
    expect(set.hosts[0]).toEqual({ name: 'host-0', rack: 'rack-0', vcpus: 48, memoryGiB: 96 })
    const group = { key: 'fault-domain/0', rule: 'fault-domain', domain: 'domain-1' }
    expect(set.requests[0]).toEqual({ name: 'vm-0', vcpus: 8, memoryGiB: 16, group })
    expect(set.hosts.reduce((sum, { vcpus }) => sum + vcpus, 0)).toBe(141_856)
    const ten = await findSet(dataFolder, 'C1', 10)
    expect(ten.hosts).toHaveLength(17_100)
    expect(new Set(ten.hosts.map(({ name }) => name)).size).toBe(17_100)
  })
})

describe('npm start -- --trace', () => {
  const main = path.join(import.meta.dirname, '../../src/cli/main.ts')
  const run = (...args: readonly string[]) =>
    promisify(execFile)(process.execPath, ['--conditions=novakit-source', main, ...args], { env: withCompileCache() })

  test('replays the twin, says so, and prints one line of JSON', { timeout: 60_000 }, async () => {
    const args = ['--limit', '20', '--hosts', '0.02']
    const { stdout, stderr } = await run('demo', '--trace', '/nowhere', ...args, '--json')
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, set: 'C1', origin: 'twin', requests: 20, findings: [] })
    expect(stderr).toBe('')
    const told = await run('demo', '--trace=/nowhere', ...args)
    expect(told.stderr).toContain('The files of the set are not there: a generated twin of the same shape serves.')
    expect(told.stderr).toContain('The check found nothing wrong.')
  })

  test.for([
    [[], 'Name one folder of a set.'],
    [['a', 'b'], 'Name one folder of a set.'],
    [['a', '--preset', 'stack'], '--preset takes one of pack, spread.'],
    [['a', '--hosts', '11'], '--hosts takes a number from 0.01 to 10.'],
    [['a', '--limit', '1.5'], '--limit takes a whole number.'],
    [['a', '--set', '../C1'], '--set takes a name such as C1.'],
  ] as const)('refuses %j', async ([args, message]) => {
    await expect(command.run(args)).rejects.toMatchObject({ code: 'trace.wrong_use', message })
  })

  test('tells where a file of a set is not what it should be', async () => {
    const wrong = await tempFolder()
    const files = { PM_res: 'CPU1,RAM1,CPU2,RAM2\n1,2,3,x\n', topology_provider: 'host_id,rack_id\na,0.0\n' }
    const requests = 'flavor_vcpus,flavor_ram,numa,strategy,group,domain\n1,2,1,,,\n'
    for (const [name, text] of Object.entries({ ...files, VM_data_C1: requests }))
      await writeFile(path.join(wrong, `${name}.csv.gz`), gzipSync(text))
    const file = path.join(wrong, 'PM_res.csv.gz')
    const message = `${file}, line 2: RAM2 is not a whole number: x`
    await expect(findSet(wrong, 'C1', 1)).rejects.toMatchObject({ code: 'trace.malformed', message })
    await writeFile(file, 'not gzip')
    await expect(findSet(wrong, 'C1', 1)).rejects.toMatchObject({ code: 'trace.malformed' })
  })
})
