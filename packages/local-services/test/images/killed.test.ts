import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { id, type ImageId } from '@novakit/core'
import { as, codeOf, inPieces, open, tempFolder, together } from '../support/services.ts'
import { good, vmdk } from '../support/disk-images.ts'
import { killedAt } from '../support/killed-at.ts'
import { missingPrograms } from '../../../../tools/programs.ts'

const image = id<ImageId>('5f0e1c8e-0c1d-4c3a-9d0a-3a1f6f0c2d11')
const me = as('mine')
const missing = await missingPrograms('disks')

/** What is in each folder of the images. */
async function files(dir: string): Promise<Readonly<Record<string, number>>> {
  const names = ['files', 'incoming', 'cache', 'making']
  const counts = await Promise.all(names.map(async (name) => (await readdir(path.join(dir, 'images', name))).length))
  return Object.fromEntries(names.map((name, at) => [name, counts[at] ?? 0]))
}

async function stored(format: 'raw' | 'vmdk', content: Uint8Array): Promise<string> {
  const dir = await tempFolder()
  const services = await open(dir)
  await services.images.create(me, { name: 'a', format, id: image })
  if (content.length > 0) await services.images.put(me, image, inPieces(content))
  await services.close()
  return dir
}

describe('a process that is killed within an upload', () => {
  test.each(['upload.begun', 'upload.received', 'upload.moved'])(
    'at %s leaves the image queued and no file',
    async (place) => {
      const dir = await stored('raw', Buffer.alloc(0))
      await killedAt(dir, 'upload', place)
      const { images } = await open(dir)
      expect(await images.get(me, image)).toMatchObject({ status: 'queued', size: null })
      expect(await files(dir)).toEqual({ files: 0, incoming: 0, cache: 0, making: 0 })
      expect(await images.put(me, image, inPieces(good.raw()))).toMatchObject({ status: 'active' })
    },
  )

  test('at its end leaves the image active and whole', async () => {
    const dir = await stored('raw', Buffer.alloc(0))
    await killedAt(dir, 'upload', 'upload.recorded')
    const { images } = await open(dir)
    expect(await images.get(me, image)).toMatchObject({ status: 'active' })
    expect((await together(images.read(me, image))).equals(good.raw())).toBe(true)
    expect(await files(dir)).toEqual({ files: 1, incoming: 0, cache: 0, making: 0 })
  })

  test('takes nothing from a process that is still uploading', async () => {
    const dir = await stored('raw', Buffer.alloc(0))
    const { images } = await open(dir)
    async function* withRestartOfAnother(): AsyncIterable<Uint8Array> {
      yield good.raw()
      await open(dir)
      yield good.raw()
    }
    expect(await images.put(me, image, withRestartOfAnother())).toMatchObject({
      status: 'active',
      size: 2 * good.raw().length,
    })
  })
})

test('a process that is killed within a deletion leaves no image, and no file', async () => {
  const dir = await stored('raw', good.raw())
  await killedAt(dir, 'delete', 'delete.recorded')
  const { images } = await open(dir)
  expect(await codeOf(images.get(me, image))).toBe('image.not_found')
  expect(await files(dir)).toEqual({ files: 0, incoming: 0, cache: 0, making: 0 })
})

describe.skipIf(missing !== null)(
  `a process that is killed within a fetch${missing === null ? '' : ` (${missing})`}`,
  () => {
    test.each([
      ['fetch.copied', 0],
      ['fetch.made', 0],
      ['fetch.moved', 1],
    ] as const)('at %s leaves a whole file or none', async (place, cached) => {
      const dir = await stored('vmdk', vmdk())
      await killedAt(dir, 'fetch', place)
      const { images } = await open(dir)
      expect(await files(dir)).toEqual({ files: 1, incoming: 0, cache: cached, making: 0 })
      expect(await images.fetch(await images.get(me, image))).toMatchObject({ format: 'qcow2' })
      expect(await files(dir)).toEqual({ files: 1, incoming: 0, cache: 1, making: 0 })
    })
  },
)
