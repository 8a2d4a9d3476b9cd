import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { withFiles } from './files.ts'

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))

function lab(...args: readonly string[]) {
  const conditions = ['--conditions=novakit-source', main, ...args]
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, conditions, (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }))
  })
}

const small = JSON.stringify({
  name: 'small',
  hosts: { generate: { count: 4, kinds: [{ name: 'h', resources: { VCPU: 8 } }] } },
  requests: { generate: { count: 50, lifetime: 10, kinds: [{ name: 'r', resources: { VCPU: 3 } }] } },
  focus: 'VCPU',
  policies: ['worst-fit', 'best-fit', { name: 'mine', policy: { preset: 'chance' } }],
})

describe('npm run lab', { timeout: 120_000 }, () => {
  it('replays a workload, and writes table, JSON and page', async () => {
    await withFiles({ 'small.json': small }, async (folder) => {
      const at = (name: string): string => path.join(folder, name)
      const table = await lab(
        at('small.json'),
        '--seeds',
        '2',
        '--compact',
        '--html',
        at('p.html'),
        '--out',
        at('p.json'),
      )
      expect(table.code).toBe(0)
      expect(table.out).toMatch(/small: 4 generated and 50 generated; 4 hosts, 2 seeds.*\n(.*\n)*.*hosts needed/)
      expect(table.err).toMatch(/^ {2}0 % worst-fit, seed 1\n(.*\n)*100 % mine, seed 2\n$/)
      expect(await readFile(at('p.html'), 'utf8')).toMatch(/^<!doctype html>/)
      const json = JSON.parse(await readFile(at('p.json'), 'utf8')) as { at: string; policies: readonly string[] }
      expect(json.policies).toEqual(['worst-fit', 'best-fit', 'mine'])
      expect(new Date(json.at).toISOString()).toBe(json.at)
    })
  })

  it('says what is wrong, without a stack', async () => {
    await withFiles({ 'small.json': small.replace('chance', 'chances') }, async (folder) => {
      const bad = await lab(path.join(folder, 'small.json'), '--seeds', '1')
      expect(bad).toMatchObject({ code: 2, out: '' })
      expect(bad.err).toMatch(/lab: The scheduling policy is not valid: .*preset/)
      expect(bad.err).not.toMatch(/\n +at /)
    })
    expect(await lab('nothing-here')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/nothing-here cannot be read/),
    })
    expect((await lab('demo', '--seeds', '0')).err).toBe('lab: --seeds takes a whole number from 1 to 1000.\n')
    expect((await lab('--help')).out).toMatch(/^lab WORKLOAD/)
  })
})
