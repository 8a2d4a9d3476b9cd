import { bytes, isNovakitError } from '@novakit/core'
import { expect, test } from 'vitest'
import { readImage, vfatImage, type ImageFile } from '../../src/image/index.ts'
import { AT, file, iso } from './support/files.ts'
import { damaged, numbersFrom, placesOf } from './support/mutate.ts'

/** A million in all under NOVAKIT_LONG. */
const long = process.env['NOVAKIT_LONG'] === '1'
const rounds = long ? 250_000 : 4_000

/** Small, and with something of everything: continuations, long names, several folders, an empty file. */
const files: readonly ImageFile[] = [
  file('openstack/latest/meta_data.json', '{"uuid":"1"}'),
  file('openstack/content/0000', 'x'.repeat(3000)),
  file(`${'n'.repeat(200)}.txt`),
  file('名前/𐍈.txt'),
  file('a/b/c/d', ''),
]

function fat(size: number): Uint8Array {
  return vfatImage({ label: 'config-2', files, at: AT, size: bytes(size) })
}

/** @returns whether the image was taken */
function examine(image: Uint8Array, options: Parameters<typeof readImage>[1]): boolean {
  try {
    for (const entry of readImage(image, options).entries) {
      if (entry.path.split('/').includes('..')) throw new Error(`${entry.path} leads elsewhere`)
      if (entry.kind === 'file' && entry.content().length !== entry.size) throw new Error(`${entry.path} is cut short`)
    }
    return true
  } catch (error) {
    if (isNovakitError(error) && error.code.startsWith('drive_image.')) return false
    throw error
  }
}

/** FAT32 begins with half a gigabyte: for long runs alone. */
const fat32 = long ? [['FAT32', fat(2 ** 29), {}] as const] : []

test.each([
  ...fat32,
  ['ISO 9660', iso(files), {}],
  ['ISO 9660 by its Joliet names', iso(files), { names: 'joliet' }],
  ['FAT12', fat(2 ** 20), {}],
  ['FAT16', fat(2 ** 24), {}],
] as const)('damaged images of %s are read or refused, never more', { timeout: 3_600_000 }, (name, image, options) => {
  const places = placesOf(image)
  const next = numbersFrom(20_260_203 + name.length)
  let taken = 0
  let longest = 0
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    damaged(image, places, next, (each) => (taken += examine(each, options) ? 1 : 0))
    longest = Math.max(longest, performance.now() - began)
  }
  // Some harm is harmless, and some is not: a reader that took all, or none, was not tested.
  expect(taken).toBeGreaterThan(rounds / 20)
  expect(taken).toBeLessThan((rounds * 19) / 20)
  expect(longest).toBeLessThan(2_000)
})

test('any bytes at all are read or refused', () => {
  const next = numbersFrom(7)
  for (let round = 0; round < rounds / 10; round++) {
    const image = Uint8Array.from({ length: next(40_000) }, () => next(256))
    expect(examine(image, {})).toBe(false)
  }
  expect(examine(new Uint8Array(0), {})).toBe(false)
})
