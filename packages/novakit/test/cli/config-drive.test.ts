import { execFile, execFileSync } from 'node:child_process'
import { mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { isNovakitError } from '@novakit/core'
import { expect, test, vi } from 'vitest'
import { command } from '../../src/cli/commands/config-drive.ts'
import { withCompileCache } from '../support/compile-cache.ts'
import { tempFolder } from '../support/temp-folder.ts'

const main = path.join(import.meta.dirname, '../../src/cli/main.ts')
const server = '5b3f7a1e-6a0e-4f6c-9d51-3f0a9c1b2d3e'
const described = {
  server,
  name: 'web',
  userData: '#!/bin/sh\n',
  files: [{ path: '/etc/motd', content: { base64: Buffer.from('hello\n').toString('base64') } }],
  adminPassword: 'kept on the drive',
  createdAt: '2026-02-03T04:05:06Z',
}

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The verb in this process; what it throws is told as the command line tells it. */
async function configDrive(...args: readonly string[]): Promise<Ended> {
  const said = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream] += String(text)
      return true
    }),
  )
  try {
    return { code: await command.run(args), ...said }
  } catch (error) {
    if (!isNovakitError(error)) throw error
    return { code: 1, stdout: said.stdout, stderr: `novakit: ${error.message}\n` }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

/** The whole command line in a process of its own. */
function spawned(...args: readonly string[]): Promise<Ended> {
  const whole = ['--conditions=novakit-source', main, 'config-drive', ...args]
  return new Promise((resolve) => {
    execFile(process.execPath, whole, { env: withCompileCache() }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

async function inputIn(folder: string, value: unknown = described): Promise<string> {
  const input = path.join(folder, 'server.json')
  await writeFile(input, JSON.stringify(value))
  return input
}

test.each(['iso9660', 'vfat'])('a %s drive is made, listed and extracted', async (format) => {
  const folder = await tempFolder()
  const output = path.join(folder, 'drive.img')
  const input = await inputIn(folder)
  expect(await configDrive('--input', input, '--format', format, '--output', output)).toMatchObject({
    code: 0,
    stderr: '',
  })
  expect((await stat(output)).mode & 0o777).toBe(0o600)

  const list = await configDrive('--list', output)
  expect(list.stdout.split('\n')[0]).toBe(`${format}  config-2`)
  expect(list.stdout).toMatch(/^ {8}10 {2}openstack\/latest\/user_data$/m)
  expect(list.stdout).toMatch(/^ {9}6 {2}openstack\/content\/0000$/m)

  const to = path.join(folder, 'tree')
  expect(await configDrive('--extract', output, '--to', to)).toMatchObject({ code: 0, stderr: '' })
  const metaData = JSON.parse(await readFile(path.join(to, 'openstack/latest/meta_data.json'), 'utf8')) as object
  expect(metaData).toMatchObject({ uuid: server, hostname: 'web.novalocal', admin_pass: 'kept on the drive' })
  expect(await readFile(path.join(to, 'openstack/content/0000'), 'utf8')).toBe('hello\n')
  expect((await readdir(folder)).toSorted()).toEqual(['drive.img', 'server.json', 'tree'])
})

test('the same server makes the same drive, and another one is replaced whole', async () => {
  const folder = await tempFolder()
  const input = await inputIn(folder)
  const [one, two] = [path.join(folder, 'one'), path.join(folder, 'two')]
  await writeFile(two, 'something else')
  await configDrive('--input', input, '--output', one)
  await configDrive('--input', input, '--output', two)
  expect(Buffer.compare(await readFile(one), await readFile(two))).toBe(0)
})

test('bad input is told in one line, and nothing is written', async () => {
  const folder = await tempFolder()
  const output = path.join(folder, 'drive.iso')
  const make = async (value: unknown) => configDrive('--input', await inputIn(folder, value), '--output', output)
  const wrong = {
    'describes no server': { name: 'no id' },
    'describes 2 servers': [described, described],
    'leads upwards': { ...described, files: [{ path: '/etc/../../x', content: 'x' }] },
    'control character': { ...described, hostname: 'web\r\nroot' },
  }
  for (const [says, value] of Object.entries(wrong)) {
    const { code, stderr } = await make(value)
    expect(stderr, says).toContain(says)
    expect(stderr.trimEnd().split('\n'), says).toHaveLength(1)
    expect(code, says).toBe(1)
  }
  expect((await readdir(folder)).toSorted()).toEqual(['server.json'])
})

test('a place that cannot be written is told, and nothing half-written is left', async () => {
  const folder = await tempFolder()
  const input = await inputIn(folder)
  const missing = await configDrive('--input', input, '--output', path.join(folder, 'missing/drive.iso'))
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('cannot be written: ENOENT')])
  await mkdir(path.join(folder, 'taken'))
  const taken = await configDrive('--input', input, '--output', path.join(folder, 'taken'))
  expect([taken.code, taken.stderr]).toEqual([1, expect.stringContaining('cannot be written')])
  expect((await readdir(folder)).toSorted()).toEqual(['server.json', 'taken'])
})

test('what is extracted goes into a new or empty folder alone: nothing there is followed or overwritten', async () => {
  const folder = await tempFolder()
  const drive = path.join(folder, 'drive.iso')
  await configDrive('--input', await inputIn(folder), '--output', drive)
  const [outside, full, empty] = ['outside', 'full', 'empty'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ]
  for (const each of [outside, full, empty]) await mkdir(each)
  await symlink(outside, path.join(full, 'openstack'))
  const refused = await configDrive('--extract', drive, '--to', full)
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('ENOTEMPTY')])
  expect((await readdir(outside)).toSorted()).toEqual([])
  const link = path.join(folder, 'link')
  await symlink(outside, link)
  expect((await configDrive('--extract', drive, '--to', link)).code).toBe(1)
  expect((await readdir(outside)).toSorted()).toEqual([])
  expect((await configDrive('--extract', drive, '--to', empty)).code).toBe(0)
  expect((await readdir(empty)).toSorted()).toEqual(['ec2', 'openstack'])
})

/** A volume of that many bytes as a block device, for as long as the test uses it. */
async function withVolume(bytes: number, use: (device: string, file: string) => Promise<void>): Promise<void> {
  const file = path.join(await tempFolder(), 'volume')
  await writeFile(file, Buffer.alloc(bytes, 0xa5))
  const device = execFileSync('losetup', ['--find', '--show', file]).toString().trim()
  try {
    await use(device, file)
  } finally {
    execFileSync('losetup', ['--detach', device])
  }
}

test.skipIf(process.getuid?.() !== 0).each(['iso9660', 'vfat'])(
  'a volume that is there already becomes a %s config drive, in its place (needs root)',
  async (format) => {
    const folder = await tempFolder()
    const input = await inputIn(folder)
    const file = path.join(folder, 'drive')
    await configDrive('--input', input, '--format', format, '--output', file)
    const image = await readFile(file)
    await withVolume(image.length + 2 ** 20, async (device, volume) => {
      expect(await configDrive('--input', input, '--format', format, '--output', device)).toMatchObject({ code: 0 })
      expect((await stat(device)).isBlockDevice()).toBe(true)
      const written = await readFile(volume)
      expect(Buffer.compare(written.subarray(0, image.length), image)).toBe(0)
      expect(written.subarray(image.length).every((byte) => byte === 0xa5)).toBe(true)
      const list = await configDrive('--list', device)
      expect([list.code, list.stdout.split('\n')[0]]).toEqual([0, `${format}  config-2`])
    })
    await withVolume(64 * 1024, async (device, volume) => {
      const { code, stderr } = await configDrive('--input', input, '--format', format, '--output', device)
      expect([code, stderr]).toEqual([1, expect.stringContaining('has 65536 bytes, and the drive needs')])
      expect((await readFile(volume)).every((byte) => byte === 0xa5)).toBe(true)
    })
  },
)

test('what is neither a file nor a disk is left as it is', async () => {
  const folder = await tempFolder()
  const fifo = path.join(folder, 'fifo')
  execFileSync('mkfifo', [fifo])
  const { code, stderr } = await configDrive('--input', await inputIn(folder), '--output', fifo)
  expect([code, stderr]).toEqual([1, expect.stringContaining('it is neither a file nor a disk. Nothing was changed.')])
  expect((await stat(fifo)).isFIFO()).toBe(true)
})

test('what has no end, or is no file, is not read', async () => {
  const { code, stderr } = await configDrive('--list', '/dev/zero')
  expect([code, stderr]).toEqual([1, 'novakit: /dev/zero cannot be read: it is neither a file nor a disk.\n'])
})

test('the command line takes the verb, and tells an error in one line', async () => {
  const folder = await tempFolder()
  const output = path.join(folder, 'drive.iso')
  expect(await spawned('--input', await inputIn(folder), '--output', output)).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  })
  const again = await spawned('--extract', output, '--to', folder)
  expect([again.code, again.stderr]).toEqual([
    1,
    `novakit: ${folder} cannot be written: ENOTEMPTY. Nothing was changed.\n`,
  ])
})

test('what is no drive is told in one line', async () => {
  const folder = await tempFolder()
  const file = path.join(folder, 'text')
  await writeFile(file, 'no image at all')
  const { code, stderr } = await configDrive('--list', file)
  expect([code, stderr]).toEqual([
    1,
    'novakit: This is no drive image that can be read: it is neither ISO 9660 nor FAT.\n',
  ])
  expect((await configDrive('--list', path.join(folder, 'missing'))).stderr).toContain('cannot be read: ENOENT')
  expect((await configDrive('--list', folder)).stderr).toContain('cannot be read: EISDIR')
})

test.each([
  [],
  ['--input', 'a'],
  ['--output', 'a'],
  ['--list', 'a', '--extract', 'b', '--to', 'c'],
  ['--extract', 'b'],
  ['--input', 'a', '--output', 'b', '--format', 'ext4'],
])('wrong use says how it is used: %j', async (...args) => {
  const { code, stderr } = await configDrive(...args)
  expect([code, stderr]).toEqual([2, expect.stringContaining('novakit config-drive --input FILE')])
})
