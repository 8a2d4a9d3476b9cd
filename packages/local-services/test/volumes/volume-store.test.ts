import { execFileSync } from 'node:child_process'
import { link, open as openFile, readFile, readdir, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { gib, id, type HostName, type ServerId, type VolumeId } from '@novakit/core'
import { missingPrograms } from '../../../../tools/programs.ts'
import { as, codeOf, inPieces, open, tempFolder } from '../support/services.ts'

const me = as('mine')
const other = as('other')
const h1 = id<HostName>('h1')
const web = id<ServerId>('00000000-0000-4000-8000-000000000001')
const db = id<ServerId>('00000000-0000-4000-8000-000000000002')
const GiB = 2 ** 30
const missing = await missingPrograms('disks')

async function world() {
  const dir = await tempFolder()
  const services = await open(dir)
  const file = (volume: { readonly id: string }): string => path.join(dir, 'volumes/files', volume.id)
  const blank = (key: string, size = 1) =>
    services.volumes.create(me, { size: gib(size), name: 'data', type: null }, key)
  return { dir, ...services, file, blank }
}

async function bytesAt(file: string, position: number, length: number): Promise<Buffer> {
  const handle = await openFile(file)
  try {
    return (await handle.read(Buffer.alloc(length), 0, length, position)).buffer
  } finally {
    await handle.close()
  }
}

test('a volume is a file of its size that costs nothing yet, found again by its key', async () => {
  const { volumes, blank, file } = await world()
  const volume = await blank('op-1', 5)
  expect(volume).toMatchObject({ size: 5, status: 'available', bootable: false, multiattach: false, encrypted: false })
  expect(await blank('op-1', 5)).toEqual(volume)
  expect(await volumes.volumes(me)).toEqual([volume])
  const { size, blocks, mode } = await stat(file(volume))
  expect([size, blocks < 100, (mode & 0o777).toString(8)]).toEqual([5 * GiB, true, '600'])
  expect(await codeOf(volumes.get(other, volume.id))).toBe('volume.not_found')
})

test('of a volume that is gone nothing is left, and its key begins another', async () => {
  const { dir, volumes, blank } = await world()
  const volume = await blank('op-1')
  await volumes.delete(other, volume.id)
  expect(await volumes.get(me, volume.id)).toEqual(volume)
  await volumes.delete(me, volume.id)
  await volumes.delete(me, volume.id)
  expect(await codeOf(volumes.get(me, volume.id))).toBe('volume.not_found')
  expect(await readdir(path.join(dir, 'volumes/files'))).toEqual([])
  expect((await blank('op-1')).id).not.toBe(volume.id)
})

test('S-DISK-1: a new volume reads as zeros, also where another one was', async () => {
  const { volumes, blank, file } = await world()
  const first = await blank('op-1')
  await writeFile(file(first), Buffer.alloc(8 * 2 ** 20, 'secret'), { flag: 'r+' })
  await volumes.delete(me, first.id)
  const second = await blank('op-2')
  expect((await bytesAt(file(second), 0, 8 * 2 ** 20)).some((byte) => byte !== 0)).toBe(false)
})

test.each([
  { size: 0, name: 'a', type: null },
  { size: 1.5, name: 'a', type: null },
  { size: 1e9, name: 'a', type: null },
  { size: 1, name: 'a\nb', type: null },
  { size: 1, name: 'a', type: 'lvm' },
])('wrong input %j', async (input) => {
  const { volumes } = await world()
  expect(await codeOf(volumes.create(me, input as never, 'k'))).toBe('volume.invalid')
})

describe('a server', () => {
  test('holds a volume, is given it on a host, and gives it up', async () => {
    const { volumes, blank, file } = await world()
    const volume = await blank('op')
    const { attachment } = await volumes.reserve(me, volume.id, web, 'r')
    expect(await volumes.reserve(me, volume.id, web, 'r')).toEqual({ attachment })
    expect(await volumes.get(me, volume.id)).toMatchObject({ status: 'reserved' })
    expect(await codeOf(volumes.complete(attachment))).toBe('volume.conflict')
    const connection = await volumes.connect(attachment, h1, await volumes.connector())
    expect(connection).toEqual({ attachment, volume: volume.id, server: web, type: 'file', data: {} })
    const local = { volume: volume.id, attachment, path: file(volume), format: 'raw' }
    expect([await volumes.attach(connection), await volumes.attach(connection)]).toEqual([local, local])
    await volumes.complete(attachment)
    expect(await volumes.get(me, volume.id)).toMatchObject({ status: 'in-use' })
    expect(await volumes.list()).toEqual([attachment])
    await volumes.detach(connection)
    await volumes.detach(connection)
    await volumes.release(attachment)
    await volumes.release(attachment)
    expect(await volumes.get(me, volume.id)).toMatchObject({ status: 'available' })
    expect(await volumes.list()).toEqual([])
    expect(await codeOf(volumes.attach(connection))).toBe('volume.attachment_not_found')
  })

  test('keeps it from others, and from being deleted or copied', async () => {
    const { volumes, blank } = await world()
    const volume = await blank('op')
    expect(await codeOf(volumes.reserve(other, volume.id, web, 'r'))).toBe('volume.not_found')
    const races = await Promise.all(
      [web, db].map((server) => codeOf(volumes.reserve(me, volume.id, server, `for ${server}`))),
    )
    expect(races.toSorted()).toEqual(['none', 'volume.conflict'])
    expect(await codeOf(volumes.delete(me, volume.id))).toBe('volume.conflict')
    expect(await codeOf(volumes.snapshots.create(me, volume.id, 's'))).toBe('volume.conflict')
  })

  test('S-VOL-2: a volume that was given up behind a host’s back is not given to another until that host has let it go', async () => {
    const { volumes, blank } = await world()
    const volume = await blank('op')
    const of = async (server: ServerId) => {
      const { attachment } = await volumes.reserve(me, volume.id, server, `for ${server}`)
      return volumes.connect(attachment, h1, {})
    }
    const first = await of(web)
    await volumes.attach(first)
    await volumes.release(first.attachment)
    const second = await of(db)
    expect(await codeOf(volumes.attach(second))).toBe('volume.unreachable')
    expect(await volumes.list()).toEqual([first.attachment])
    await volumes.detach(first)
    expect(await volumes.attach(second)).toMatchObject({ attachment: second.attachment })
  })

  test('is given nothing by a connection that is not the volume service’s', async () => {
    const { dir, volumes, blank } = await world()
    const volume = await blank('op')
    const { attachment } = await volumes.reserve(me, volume.id, web, 'r')
    const connection = await volumes.connect(attachment, h1, {})
    const canary = path.join(dir, 'records.db')
    for (const wrong of [
      { server: db },
      { volume: id<VolumeId>('../../records.db') },
      { volume: (await blank('op2')).id },
      { attachment: 'x' },
    ]) {
      expect(await codeOf(volumes.attach({ ...connection, ...wrong }))).toBe('volume.attachment_not_found')
    }
    expect(await volumes.attach({ ...connection, data: { path: canary } })).not.toMatchObject({ path: canary })
    expect(await codeOf(volumes.attach({ ...connection, type: 'iscsi' }))).toBe('volume.invalid')
  })

  const swaps: Readonly<Record<string, (canary: string, file: string) => unknown>> = {
    'a symbolic link': (canary, file) => symlink(canary, file),
    'another name of another file': (canary, file) => link(canary, file),
    'a pipe': (_, file) => execFileSync('mkfifo', [file]),
  }
  test.each(Object.entries(swaps))('S-FS-3: is not given %s in the place of its volume', async (_, swap) => {
    const { dir, volumes, blank, file } = await world()
    const volume = await blank('op')
    const { attachment } = await volumes.reserve(me, volume.id, web, 'r')
    const connection = await volumes.connect(attachment, h1, {})
    await writeFile(path.join(dir, 'canary'), 'secret')
    await rm(file(volume))
    await swap(path.join(dir, 'canary'), file(volume))
    expect(await codeOf(volumes.attach(connection))).toBe('file.unsafe')
    await rm(file(volume))
    expect(await codeOf(volumes.attach(connection))).toBe('volume.unreachable')
  })
})

describe('growing', () => {
  test('keeps what is there, adds zeros, and never shrinks', async () => {
    const { volumes, blank, file } = await world()
    const volume = await blank('op')
    await writeFile(file(volume), 'content', { flag: 'r+' })
    await volumes.extend(me, volume.id, gib(3))
    await volumes.extend(me, volume.id, gib(3))
    expect(await volumes.get(me, volume.id)).toMatchObject({ size: 3 })
    expect((await stat(file(volume))).size).toBe(3 * GiB)
    expect((await bytesAt(file(volume), 0, 7)).toString()).toBe('content')
    expect(await codeOf(volumes.extend(me, volume.id, gib(2)))).toBe('volume.invalid')
    expect(await codeOf(volumes.extend(other, volume.id, gib(9)))).toBe('volume.not_found')
  })

  test('by several at once leaves file and record of one size', async () => {
    const { volumes, blank, file } = await world()
    const volume = await blank('op')
    const codes = await Promise.all([2, 3, 4, 5].map((size) => codeOf(volumes.extend(me, volume.id, gib(size)))))
    expect(codes).toContain('none')
    const { size } = await volumes.get(me, volume.id)
    expect((await stat(file(volume))).size).toBe(size * GiB)
  })
})

test('a key that was given up reserves nothing any more, whether it had or not', async () => {
  const { volumes, blank } = await world()
  const volume = await blank('op-1')
  await volumes.reserve(me, volume.id, web, 'early')
  await volumes.giveUp(volume.id, web, 'early')
  await volumes.giveUp(volume.id, web, 'early')
  expect(await volumes.get(me, volume.id)).toMatchObject({ status: 'available' })
  await volumes.giveUp(volume.id, web, 'late')
  for (const key of ['early', 'late']) {
    expect(await codeOf(volumes.reserve(me, volume.id, web, key))).toBe('volume.conflict')
  }
  const { attachment } = await volumes.reserve(me, volume.id, web, 'another')
  await volumes.giveUp(volume.id, web, 'early')
  await volumes.giveUp(volume.id, db, 'another')
  expect(await volumes.reserve(me, volume.id, web, 'another')).toEqual({ attachment })
})

test('a snapshot keeps what a volume held, and makes volumes of it when that is gone', async () => {
  const { dir, volumes, blank, file } = await world()
  const volume = await blank('op')
  await writeFile(file(volume), 'then', { flag: 'r+' })
  const snapshot = await volumes.snapshots.create(me, volume.id, 'before')
  await writeFile(file(volume), 'now!', { flag: 'r+' })
  await volumes.delete(me, volume.id)
  expect(await volumes.snapshots.list(me)).toEqual([snapshot])
  expect(await volumes.snapshots.list(other)).toEqual([])
  const wanted = { size: gib(2), name: 'again', type: 'file', fromSnapshot: snapshot.id }
  expect(await codeOf(volumes.create(other, wanted, 'op'))).toBe('volume.not_found')
  const again = await volumes.create(me, wanted, 'op-2')
  expect((await bytesAt(file(again), 0, 4)).toString()).toBe('then')
  expect((await stat(file(again))).size).toBe(2 * GiB)
  await volumes.snapshots.delete(other, snapshot.id)
  await volumes.snapshots.delete(me, snapshot.id)
  await volumes.snapshots.delete(me, snapshot.id)
  expect(await readdir(path.join(dir, 'volumes/snapshots'))).toEqual([])
})

describe.skipIf(missing !== null)(`of an image${missing === null ? '' : ` (${missing})`}`, () => {
  test('a volume gets its disk, whatever the image’s format, if that fits', async () => {
    const { dir, volumes, images, file } = await world()
    await writeFile(path.join(dir, 'disk'), Buffer.alloc(2 ** 20, 'the disk'))
    await truncate(path.join(dir, 'disk'), GiB + 512)
    execFileSync('qemu-img', [
      'convert',
      '-f',
      'raw',
      '-O',
      'qcow2',
      path.join(dir, 'disk'),
      path.join(dir, 'disk.qcow2'),
    ])
    const { id: image } = await images.create(me, { name: 'os', format: 'qcow2' })
    await images.put(me, image, inPieces(await readFile(path.join(dir, 'disk.qcow2'))))
    const wanted = (size: number) => ({ size: gib(size), name: 'root', type: null, fromImage: image })
    expect(await codeOf(volumes.create(me, wanted(1), 'small'))).toBe('volume.invalid')
    expect(await codeOf(volumes.create(as('third'), { ...wanted(2), fromImage: id('none') }, 'k'))).toBe(
      'image.not_found',
    )
    const volume = await volumes.create(me, wanted(2), 'fits')
    expect(volume).toMatchObject({ size: 2, bootable: true, status: 'available' })
    expect((await bytesAt(file(volume), 0, 8)).toString()).toBe('the disk')
    expect((await stat(file(volume))).size).toBe(2 * GiB)
    expect(await readdir(path.join(dir, 'volumes/making'))).toEqual([])
  })
})
