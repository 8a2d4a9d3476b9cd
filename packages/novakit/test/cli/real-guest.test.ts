import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { missingPrograms } from '../../../../tools/programs.ts'

const root = path.join(import.meta.dirname, '../../../..')
const run = promisify(execFile)
const demo = (...args: readonly string[]) =>
  run(process.execPath, [...process.execArgv, path.join(root, 'packages/novakit/src/cli/main.ts'), 'demo', ...args])

test('the demo of a real guest says how to get libvirt where there is none', async () => {
  const failed = await demo('--driver', 'libvirt', '--uri', 'qemu+unix:///system?socket=/nowhere').catch(
    (error: { code: number; stderr: string }) => error,
  )
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('tools/servers/libvirtd install') })
  expect(failed.stderr).not.toContain('    at ')
})

test.each([
  [['--driver', 'vmware'], '--driver'],
  [['--driver', 'libvirt', '--memory', 'much', '--virt-type', 'xen'], '--virt-type'],
])('%j is wrong use', async (args, word) => {
  const failed = await demo(...args).catch((error: { code: number; stderr: string }) => error)
  expect(failed).toMatchObject({ code: 2, stderr: expect.stringContaining(word) })
})

const missing = await missingPrograms('guests disk')
const needsRoot = process.getuid?.() === 0 ? null : 'a private libvirtd needs root'

describe.skipIf((missing ?? needsRoot) !== null && process.env['CI'] !== 'true')('with a libvirtd', () => {
  const script = path.join(root, 'tools/servers/libvirtd')
  let folder: string
  let uri: string

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'nk-rg-'))
    const cache = path.join(os.tmpdir(), 'novakit-libvirt-cache')
    const env = { ...process.env, NOVAKIT_LIBVIRTD_CACHE: cache }
    uri = (await run(script, ['start', folder], { env })).stdout.trim().split(' ')[1] ?? ''
  }, 120_000)
  afterAll(async () => {
    await run(script, ['stop', folder])
    await rm(folder, { recursive: true, force: true })
  })

  test('boots a guest, which reads its own id from its config drive, and leaves nothing over', async () => {
    const { stdout } = await demo(
      '--driver',
      'libvirt',
      '--uri',
      uri,
      '--virt-type',
      'qemu',
      '--memory',
      '128',
      '--json',
    )
    const result = JSON.parse(stdout) as { server: string; readyMs: number }
    expect(result).toMatchObject({
      ok: true,
      image: 'tiny-guest',
      readFromDrive: result.server,
      leftOver: { servers: 0, guests: 0 },
    })
    const domains = await run('virsh', ['-q', '-c', uri, 'list', '--all', '--name'])
    expect(domains.stdout.trim()).toBe('')
  }, 400_000)
})
