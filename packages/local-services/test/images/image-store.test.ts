import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { id, type ImageId } from '@novakit/core'
import { as, codeOf, inPieces, open, tempFolder, together } from '../support/services.ts'
import { good, qcow2 } from '../support/disk-images.ts'

const me = as('mine')
const other = as('other')
const admin = as('ops', 'admin')
const digest = (algorithm: string, bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest('hex')

test('an image goes from queued to active with its sizes and checksums, and gives back the bytes that it was given', async () => {
  const { images } = await open(await tempFolder())
  const queued = await images.create(me, {
    name: 'web',
    format: 'qcow2',
    minDisk: 2,
    properties: { hw_disk_bus: 'scsi' },
  })
  expect(queued).toMatchObject({ status: 'queued', owner: 'mine', visibility: 'shared', size: null, checksum: null })
  const bytes = qcow2()
  const sha512 = digest('sha512', bytes)
  const active = await images.put(me, queued.id, inPieces(bytes, 1000), {
    checksum: { algorithm: 'sha512', value: sha512 },
  })
  expect(active).toMatchObject({
    status: 'active',
    size: bytes.length,
    virtualSize: 2 ** 30,
    minDisk: 2,
    properties: { hw_disk_bus: 'scsi' },
    checksum: { algorithm: 'sha512', value: sha512 },
    checksums: { md5: digest('md5', bytes), sha256: digest('sha256', bytes), sha512 },
  })
  expect((await together(images.read(me, active.id))).equals(bytes)).toBe(true)
  expect(await images.find(me, 'web')).toEqual(active)
})

test('what is kept survives a restart', async () => {
  const dir = await tempFolder()
  const first = await open(dir)
  const image = await first.images.create(me, { name: 'disk', format: 'raw' })
  await first.images.put(me, image.id, inPieces(good.raw()))
  const before = await first.images.get(me, image.id)
  await first.close()
  const { images } = await open(dir)
  expect(await images.get(me, image.id)).toEqual(before)
  expect((await together(images.read(me, image.id))).equals(good.raw())).toBe(true)
})

describe('what is refused', () => {
  test.each([
    ['another format', { format: 'raw' as const }, good.qcow2(), undefined],
    ['a backing file', { format: 'qcow2' as const }, qcow2({ backing: '/etc/passwd' }), undefined],
    [
      'another checksum',
      { format: 'raw' as const },
      good.raw(),
      { algorithm: 'sha256' as const, value: '0'.repeat(64) },
    ],
  ])('%s: the image is killed, and nothing of it is kept', async (_, { format }, bytes, checksum) => {
    const dir = await tempFolder()
    const { images } = await open(dir)
    const { id: image } = await images.create(me, { name: 'bad', format })
    const options = checksum === undefined ? {} : { checksum }
    expect(await codeOf(images.put(me, image, inPieces(bytes), options))).toBe('image.refused')
    expect(await images.get(me, image)).toMatchObject({
      status: 'killed',
      size: null,
      checksum: null,
      fault: expect.stringMatching(/refused/),
    })
    expect(await codeOf(images.put(me, image, inPieces(good[format]())))).toBe('image.conflict')
    expect([await readdir(path.join(dir, 'images/files')), await readdir(path.join(dir, 'images/incoming'))]).toEqual([
      [],
      [],
    ])
  })

  test('an upload that is too large is stopped before all of it is read', async () => {
    const { images } = await open(await tempFolder(), { images: { largest: 100_000 } })
    const { id: image } = await images.create(me, { name: 'big', format: 'raw' })
    let given = 0
    async function* endless(): AsyncIterable<Uint8Array> {
      for (;;) yield Buffer.alloc(30_000, ++given)
    }
    expect(await codeOf(images.put(me, image, endless()))).toBe('image.too_large')
    expect(given).toBe(4)
    expect(await images.get(me, image)).toMatchObject({ status: 'killed' })
  })

  test('formats that are not among those allowed', async () => {
    const { images } = await open(await tempFolder(), { images: { formats: ['raw'] } })
    expect(await codeOf(images.create(me, { name: 'a', format: 'vmdk' }))).toBe('image.invalid')
  })

  test.each([
    { name: 'a\nb', format: 'raw' },
    { name: 'a', format: 'exe' },
    { name: 'a', format: 'raw', id: '../../etc/passwd' },
    { name: 'a', format: 'raw', status: 'active' },
    { name: 'a', format: 'raw', owner: 'other' },
    { name: 'a', format: 'raw', properties: { constructor: 'x' } },
    { name: 'a', format: 'raw', minDisk: -1 },
  ])('wrong input %j', async (input) => {
    const { images } = await open(await tempFolder())
    expect(await codeOf(images.create(me, input as never))).toBe('image.invalid')
    expect(({} as { x?: string }).x).toBeUndefined()
  })
})

test('a source that fails, or is given up, leaves the image queued: it can be sent again', async () => {
  const dir = await tempFolder()
  const { images } = await open(dir)
  const { id: image } = await images.create(me, { name: 'late', format: 'raw' })
  async function* broken(): AsyncIterable<Uint8Array> {
    yield good.raw()
    throw new Error('the line is cut')
  }
  await expect(images.put(me, image, broken())).rejects.toThrow('the line is cut')
  await expect(
    images.put(me, image, inPieces(good.raw()), { signal: AbortSignal.abort(new Error('enough')) }),
  ).rejects.toThrow('enough')
  expect(await images.get(me, image)).toMatchObject({ status: 'queued', fault: null })
  expect(await images.put(me, image, inPieces(good.raw()))).toMatchObject({ status: 'active' })
  expect(await readdir(path.join(dir, 'images/incoming'))).toEqual([])
})

test('S-IMG-14: an active image takes no bytes again, and its id means no other image when it is gone', async () => {
  const { images } = await open(await tempFolder())
  const fixed = '5f0e1c8e-0c1d-4c3a-9d0a-3a1f6f0c2d11'
  await images.create(me, { name: 'one', format: 'raw', id: fixed })
  const before = await images.put(me, id<ImageId>(fixed), inPieces(good.raw()))
  expect(await codeOf(images.put(me, before.id, inPieces(Buffer.from('other'))))).toBe('image.conflict')
  expect(await images.get(me, before.id)).toEqual(before)
  await images.delete(me, before.id)
  await images.delete(me, before.id)
  expect(await codeOf(images.create(other, { name: 'two', format: 'raw', id: fixed }))).toBe('image.conflict')
  expect(await codeOf(images.get(me, before.id))).toBe('image.not_found')
})

test('of two uploads at once one is taken', async () => {
  const dir = await tempFolder()
  const [a, b] = [await open(dir), await open(dir)]
  const { id: image } = await a.images.create(me, { name: 'race', format: 'raw' })
  const codes = await Promise.all([a, b].map(({ images }) => codeOf(images.put(me, image, inPieces(good.raw())))))
  expect(codes.toSorted()).toEqual(['image.conflict', 'none'])
  expect(await readdir(path.join(dir, 'images/files'))).toHaveLength(1)
})

test('an image that is deleted while it is uploaded stays deleted, without a file', async () => {
  const dir = await tempFolder()
  const { images } = await open(dir)
  const { id: image } = await images.create(me, { name: 'gone', format: 'raw' })
  async function* slow(): AsyncIterable<Uint8Array> {
    yield good.raw()
    await images.delete(me, image)
  }
  expect(await codeOf(images.put(me, image, slow()))).toBe('image.conflict')
  expect(await codeOf(images.get(me, image))).toBe('image.not_found')
  expect([await readdir(path.join(dir, 'images/files')), await readdir(path.join(dir, 'images/incoming'))]).toEqual([
    [],
    [],
  ])
})

describe('whose images they are', () => {
  test('private ones are the owner’s, public ones everybody’s, those of the community for who knows their id', async () => {
    const { images } = await open(await tempFolder())
    const make = (visibility: 'private' | 'public' | 'community') =>
      images.create(visibility === 'public' ? admin : me, { name: visibility, format: 'raw', visibility })
    const [mine, everybodys, communitys] = [await make('private'), await make('public'), await make('community')]
    const names = async (filter = {}) => (await images.list(other, filter)).map(({ name }) => name)
    expect(await names()).toEqual(['public'])
    expect(await names({ visibility: 'community' })).toEqual(['community'])
    expect(await codeOf(images.get(other, mine.id))).toBe('image.not_found')
    expect([
      await images.find(other, mine.id),
      await images.find(other, 'private'),
      await images.find(other, 'community'),
    ]).toEqual([null, null, null])
    expect(await images.find(other, communitys.id)).toEqual(communitys)
    expect(await codeOf(images.create(me, { name: 'x', format: 'raw', visibility: 'public' }))).toBe('image.forbidden')
    expect(await codeOf(images.update(me, mine.id, { visibility: 'public' }))).toBe('image.forbidden')
    expect(await codeOf(images.delete(other, everybodys.id))).toBe('image.forbidden')
    expect(await codeOf(images.put(other, communitys.id, inPieces(good.raw())))).toBe('image.forbidden')
    await images.delete(other, mine.id)
    expect(await images.get(me, mine.id)).toMatchObject({ status: 'queued' })
  })

  test('S-IMG-16: what is shared is listed for a member once it accepts', async () => {
    const { images } = await open(await tempFolder())
    const { id: image } = await images.create(me, { name: 'shared', format: 'raw' })
    expect(await codeOf(images.get(other, image))).toBe('image.not_found')
    await images.members.add(me, image, other.project)
    expect(await images.get(other, image)).toMatchObject({ name: 'shared' })
    expect([await images.list(other), await images.find(other, 'shared')]).toEqual([[], null])
    await images.members.answer(other, image, 'accepted')
    expect((await images.list(other)).map(({ name }) => name)).toEqual(['shared'])
    expect(await images.members.list(me, image)).toEqual([{ project: 'other', status: 'accepted' }])
    expect(await codeOf(images.members.add(other, image, as('third').project))).toBe('image.forbidden')
    expect(await codeOf(images.members.answer(as('third'), image, 'accepted'))).toBe('image.not_found')
    await images.members.remove(me, image, other.project)
    expect(await codeOf(images.get(other, image))).toBe('image.not_found')
  })

  test('a name that two images have finds neither', async () => {
    const { images } = await open(await tempFolder())
    for (const _ of [1, 2]) await images.create(me, { name: 'twin', format: 'raw' })
    expect(await images.find(me, 'twin')).toBeNull()
  })

  test('S-IMG-13: what an image is cannot be changed, its description can', async () => {
    const { images } = await open(await tempFolder())
    const { id: image } = await images.create(me, { name: 'a', format: 'raw' })
    for (const change of [
      { status: 'active' },
      { owner: 'other' },
      { checksum: null },
      { size: 1 },
      { format: 'qcow2' },
      { id: 'x' },
    ]) {
      expect(await codeOf(images.update(me, image, change as never))).toBe('image.invalid')
    }
    expect(await images.update(me, image, { name: 'b', properties: { a: '1' }, visibility: 'private' })).toMatchObject({
      name: 'b',
      properties: { a: '1' },
    })
    expect(await images.list(me, { name: 'b', format: 'raw', status: 'queued' })).toHaveLength(1)
    expect(await images.list(me, { name: 'a' })).toEqual([])
  })
})

describe('import of a file', () => {
  test('is whole, or leaves nothing', async () => {
    const dir = await tempFolder()
    const { images } = await open(path.join(dir, 'services'))
    await writeFile(path.join(dir, 'disk.qcow2'), qcow2())
    expect(await images.importFile(me, { name: 'disk', format: 'qcow2' }, path.join(dir, 'disk.qcow2'))).toMatchObject({
      status: 'active',
    })
    expect(await codeOf(images.importFile(me, { name: 'raw', format: 'raw' }, path.join(dir, 'disk.qcow2')))).toBe(
      'image.refused',
    )
    expect(await codeOf(images.importFile(me, { name: 'none', format: 'raw' }, path.join(dir, 'none')))).toBe(
      'image.invalid',
    )
    expect((await images.list(me)).map(({ name }) => name)).toEqual(['disk'])
  })

  test('S-FS-3: follows no link', async () => {
    const dir = await tempFolder()
    const { images } = await open(path.join(dir, 'services'))
    await writeFile(path.join(dir, 'canary'), 'secret')
    await symlink(path.join(dir, 'canary'), path.join(dir, 'link'))
    expect(await codeOf(images.importFile(me, { name: 'x', format: 'raw' }, path.join(dir, 'link')))).toBe(
      'file.unsafe',
    )
  })
})

describe('snapshots', () => {
  test('an image is reserved once for a key, and bytes are sent once for a key', async () => {
    const dir = await tempFolder()
    const { images } = await open(path.join(dir, 'services'))
    const wanted = { name: 'snap', format: 'qcow2', owner: me.project, properties: {} } as const
    const reserved = await images.reserve(me, wanted, 'op-1')
    expect(await images.reserve(me, wanted, 'op-1')).toEqual(reserved)
    expect(await images.reserve(me, wanted, 'op-2')).not.toMatchObject({ id: reserved.id })
    expect(reserved).toMatchObject({ status: 'queued', visibility: 'private', owner: 'mine' })
    const disk = path.join(dir, 'disk')
    await writeFile(disk, good.raw())
    await images.upload(reserved.id, disk, 'raw', 'send-1')
    await writeFile(disk, 'something else')
    await images.upload(reserved.id, disk, 'raw', 'send-1')
    expect(await images.get(me, reserved.id)).toMatchObject({
      status: 'active',
      format: 'raw',
      checksums: { md5: digest('md5', good.raw()) },
    })
    expect(await codeOf(images.upload(reserved.id, disk, 'raw', 'send-2'))).toBe('image.conflict')
    expect(await codeOf(images.reserve(me, { ...wanted, owner: other.project }, 'op-3'))).toBe('image.forbidden')
  })

  test('S-IMG-5: of a raw disk on which a guest wrote another header nothing is taken, and no other file is read', async () => {
    const dir = await tempFolder()
    const { images } = await open(path.join(dir, 'services'))
    await writeFile(path.join(dir, 'canary'), 'secret')
    const { id: image } = await images.reserve(me, { name: 's', format: 'raw', owner: me.project, properties: {} }, 'k')
    await writeFile(path.join(dir, 'disk'), qcow2({ backing: path.join(dir, 'canary') }))
    expect(await codeOf(images.upload(image, path.join(dir, 'disk'), 'raw', 'u'))).toBe('image.refused')
    await symlink(path.join(dir, 'canary'), path.join(dir, 'link'))
    expect(await codeOf(images.upload(image, path.join(dir, 'link'), 'raw', 'u'))).toBe('file.unsafe')
  })
})

describe('S-FS-1, S-FS-2: its folders are this user’s alone', () => {
  test('they are made so', async () => {
    const dir = path.join(await tempFolder(), 'deep', 'services')
    const { images } = await open(dir)
    const { id: image } = await images.create(me, { name: 'a', format: 'raw' })
    await images.put(me, image, inPieces(good.raw()))
    const [name = ''] = await readdir(path.join(dir, 'images/files'))
    const modes = await Promise.all(
      [dir, path.join(dir, 'images/files'), path.join(dir, 'images/files', name)].map((one) => stat(one)),
    )
    expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['700', '700', '600'])
  })

  test('a folder that others may write to, and a link, are refused', async () => {
    const dir = await tempFolder()
    await mkdir(path.join(dir, 'open'), { mode: 0o777 })
    await chmod(path.join(dir, 'open'), 0o777)
    expect(await codeOf(open(path.join(dir, 'open')))).toBe('file.unsafe')
    await symlink(path.join(dir, 'elsewhere'), path.join(dir, 'link'))
    await mkdir(path.join(dir, 'elsewhere'))
    expect(await codeOf(open(path.join(dir, 'link')))).toBe('file.unsafe')
  })
})
