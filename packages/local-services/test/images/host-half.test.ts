import { execFileSync } from 'node:child_process'
import { link, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { bytes, millis, systemClock } from '@novakit/core'
import { missingPrograms } from '../../../../tools/programs.ts'
import { programRunner } from '../../src/run/run-program.ts'
import { as, codeOf, inPieces, open, tempFolder } from '../support/services.ts'
import { good, qcow2 } from '../support/disk-images.ts'

const me = as('mine')
const missing = await missingPrograms('disks')

async function stored(format: 'raw' | 'qcow2' | 'iso' | 'vmdk' = 'raw', content: Uint8Array = good[format]()) {
  const dir = await tempFolder()
  const { images } = await open(dir)
  const { id } = await images.create(me, { name: 'a', format })
  const image = await images.put(me, id, inPieces(content))
  const cached = (name: string): string => path.join(dir, 'images/cache', name)
  return { dir, images, image, cached }
}

test('an image comes to the host as it is, once', async () => {
  for (const format of ['raw', 'qcow2', 'iso'] as const) {
    const { images, image, cached } = await stored(format)
    const local = await images.fetch(image)
    expect(local).toEqual({ image: image.id, path: cached(`${image.id}.${format}`), format })
    expect((await readFile(cached(`${image.id}.${format}`))).equals(good[format]())).toBe(true)
    const { ino } = await stat(cached(`${image.id}.${format}`))
    expect(await Promise.all([images.fetch(image), images.fetch(image)])).toEqual([local, local])
    expect((await stat(cached(`${image.id}.${format}`))).ino).toBe(ino)
  }
})

test('what is in use stays when the cache is trimmed, the rest goes', async () => {
  const { images, image, cached } = await stored()
  await images.fetch(image)
  await images.trim([image.id])
  expect(await readFile(cached(`${image.id}.raw`))).toHaveLength(good.raw().length)
  await images.trim([])
  await expect(stat(cached(`${image.id}.raw`))).rejects.toThrow('ENOENT')
  expect(await images.fetch(image)).toMatchObject({ format: 'raw' })
})

test('images that are not there, or not whole, are not fetched', async () => {
  const { images, image } = await stored()
  const queued = await images.create(me, { name: 'b', format: 'raw' })
  expect(await codeOf(images.fetch(queued))).toBe('image.not_active')
  await images.delete(me, image.id)
  expect(await codeOf(images.fetch(image))).toBe('image.not_found')
})

test('S-IMG-15: bytes that are not those that were uploaded reach no host', async () => {
  const { dir, images, image } = await stored()
  const [file = ''] = await readdir(path.join(dir, 'images/files'))
  await writeFile(path.join(dir, 'images/files', file), Buffer.alloc(good.raw().length, 'evil'))
  expect(await codeOf(images.fetch(image))).toBe('image.refused')
  expect([await readdir(path.join(dir, 'images/cache')), await readdir(path.join(dir, 'images/making'))]).toEqual([
    [],
    [],
  ])
})

describe('on the host it is looked at again', () => {
  test('S-IMG-4: a cached file whose header was changed is refused', async () => {
    const { images, image, cached } = await stored('qcow2')
    await images.fetch(image)
    await writeFile(cached(`${image.id}.qcow2`), qcow2({ backing: '/etc/passwd' }))
    expect(await codeOf(images.fetch(image))).toBe('image.refused')
    const raw = await stored('raw')
    await raw.images.fetch(raw.image)
    await writeFile(raw.cached(`${raw.image.id}.raw`), qcow2({ dataFile: '/etc/passwd' }))
    expect(await codeOf(raw.images.fetch(raw.image))).toBe('image.refused')
  })

  const swaps: Readonly<Record<string, (canary: string, file: string) => unknown>> = {
    'a symbolic link': (canary, file) => symlink(canary, file),
    'another name of another file': (canary, file) => link(canary, file),
    'a pipe': (_, file) => execFileSync('mkfifo', [file]),
  }
  test.each(Object.entries(swaps))('S-FS-3: %s in its place is refused', async (_, swap) => {
    const { dir, images, image, cached } = await stored()
    const { path: file } = await images.fetch(image)
    const canary = path.join(dir, 'canary')
    await writeFile(canary, 'secret')
    await rm(cached(`${image.id}.raw`))
    await swap(canary, file ?? '')
    expect(await codeOf(images.fetch(image))).toBe('file.unsafe')
    const [stored_ = ''] = await readdir(path.join(dir, 'images/files'))
    const other = path.join(dir, 'images/files', stored_)
    await rm(other)
    await swap(canary, other)
    await rm(cached(`${image.id}.raw`))
    expect(await codeOf(images.fetch(image))).toBe('file.unsafe')
  })
})

describe.skipIf(missing !== null)(`conversion${missing === null ? '' : ` (${missing})`}`, () => {
  const disk = Buffer.concat([Buffer.alloc(2 ** 20, 'the disk'), Buffer.alloc(3 * 2 ** 20)])

  async function made(theirs: string, ...options: readonly string[]): Promise<Buffer> {
    const dir = await tempFolder()
    await writeFile(path.join(dir, 'raw'), disk)
    execFileSync('qemu-img', [
      'convert',
      '-f',
      'raw',
      '-O',
      theirs,
      ...options,
      path.join(dir, 'raw'),
      path.join(dir, 'out'),
    ])
    return readFile(path.join(dir, 'out'))
  }

  test.each([
    ['vmdk', 'vmdk', ['-o', 'subformat=streamOptimized'], 'qcow2'],
    ['vdi', 'vdi', [], 'raw'],
    ['vhd', 'vpc', ['-o', 'force_size=on'], 'qcow2'],
  ] as const)('%s becomes what the hypervisor starts', async (format, theirs, options, convertTo) => {
    const dir = await tempFolder()
    const { images } = await open(dir, { images: { convertTo } })
    const { id } = await images.create(me, { name: 'a', format })
    const image = await images.put(me, id, inPieces(await made(theirs, ...options)))
    const local = await images.fetch(image)
    expect(local).toMatchObject({ format: convertTo, path: path.join(dir, `images/cache/${id}.${convertTo}`) })
    const back = path.join(dir, 'back')
    execFileSync('qemu-img', ['convert', '-f', convertTo, '-O', 'raw', local.path ?? '', back])
    expect((await readFile(back)).subarray(0, disk.length).equals(disk)).toBe(true)
    expect(((await stat(local.path ?? '')).mode & 0o777).toString(8)).toBe('600')
    expect(await readdir(path.join(dir, 'images/making'))).toEqual([])
  })

  test('S-IMG-7: what qemu-img cannot make sense of is an error of the image’s own, and leaves nothing', async () => {
    const content = await made('vmdk', '-o', 'subformat=streamOptimized')
    // In the middle of the first compressed grain, which comes after 128 sectors.
    content.fill(0x55, 128 * 512 + 20, 128 * 512 + 80)
    const { dir, images, image } = await stored('vmdk', content)
    expect(await codeOf(images.fetch(image))).toBe('program.failed')
    expect([await readdir(path.join(dir, 'images/cache')), await readdir(path.join(dir, 'images/making'))]).toEqual([
      [],
      [],
    ])
  })

  test('S-IMG-3: a program that writes, computes, or waits beyond its limits is stopped', async () => {
    const dir = await tempFolder()
    const run = programRunner(systemClock)
    const limits = { memory: bytes(2 ** 30), cpuSeconds: 20, fileSize: bytes(2 ** 20), within: millis(20_000) }
    await writeFile(path.join(dir, 'raw'), disk.subarray(0, 2 ** 20))
    const args = ['convert', '-f', 'raw', '-O', 'raw', '-S', '0', '--', path.join(dir, 'raw'), path.join(dir, 'out')]
    await run({ program: 'qemu-img', args, limits })
    const tight = { ...limits, fileSize: bytes(2 ** 16) }
    expect(['program.stopped', 'program.failed']).toContain(
      await codeOf(run({ program: 'qemu-img', args, limits: tight })),
    )
    expect((await stat(path.join(dir, 'out'))).size).toBeLessThanOrEqual(2 ** 20)
    const waiting = run({ program: 'sleep', args: ['60'], limits: { ...limits, within: millis(50) } })
    expect(await codeOf(waiting)).toBe('program.stopped')
    const computing = run({ program: 'sha256sum', args: ['/dev/zero'], limits: { ...limits, cpuSeconds: 1 } })
    expect(await codeOf(computing)).toBe('program.stopped')
  })

  test('S-CMD-1: what looks like a command, or an option, is a name', async () => {
    const run = programRunner(systemClock)
    const dir = await tempFolder()
    const odd = [`;$(touch ${dir}/x)`, '`id`', '--output=x', '-rf', "'|&<>\n"]
    expect(await run({ program: 'printf', args: ['%s\\0', '--', ...odd].filter((arg) => arg !== '--') })).toBe(
      odd.map((one) => `${one}\0`).join(''),
    )
    expect(await readdir(dir)).toEqual([])
    expect(await codeOf(run({ program: 'no-such-program', args: [] }))).toBe('program.missing')
    expect(await codeOf(run({ program: 'false', args: [] }))).toBe('program.failed')
    const given = new AbortController()
    const work = run({ program: 'sleep', args: ['60'], signal: given.signal })
    given.abort(new Error('enough'))
    await expect(work).rejects.toThrow('enough')
  })
})
