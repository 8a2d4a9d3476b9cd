import { createHash } from 'node:crypto'
import { bytes, instant } from '@novakit/core'
import { describe, expect, test } from 'vitest'
import { configDriveImage, readImage, vfatImage, type ImageFile } from '../../src/image/index.ts'
import {
  AT,
  astralNames,
  awkwardNames,
  configDrive,
  contentsOf,
  crowd,
  file,
  iso,
  readBack,
  tooLongForIso,
  vfat,
} from './support/files.ts'

const all = [...configDrive, ...awkwardNames, ...astralNames, ...crowd]
const forIso = all.filter(({ path }) => !tooLongForIso(path))

function sum(image: Uint8Array): string {
  return createHash('sha256').update(image).digest('hex').slice(0, 16)
}

describe.each([
  ['iso9660', forIso, iso, '274c3268af40da40'],
  ['vfat', all, vfat, '695afd086222f7d3'],
] as const)('%s', (format, files, write, golden) => {
  test('the same input gives the same bytes, in whatever order the files come', () => {
    const image = write(files)
    expect(Buffer.compare(write(files), image)).toBe(0)
    expect(Buffer.compare(write(files.toReversed()), image)).toBe(0)
    expect(Buffer.compare(configDriveImage({ format, files, at: AT }), image)).toBe(0)
  })

  // Whoever changes these on purpose changes every image that anybody has compared.
  test('the bytes are the same as ever', () => expect(sum(write(files))).toBe(golden))

  test('another date gives other bytes', () => {
    const at = instant(AT + 2000)
    expect(sum(configDriveImage({ format, files, at }))).not.toBe(sum(write(files)))
  })

  test('what is given is not kept: changing it later changes no image', () => {
    const content = new TextEncoder().encode('before')
    const image = write([{ path: 'a', content }])
    content.fill(0)
    expect(readBack(image)).toEqual({ a: 'before' })
  })

  test('every file is read back with its name and content', () => {
    expect(readBack(write(files))).toEqual(contentsOf(files))
    expect(readImage(write(files))).toMatchObject({ format, label: 'config-2' })
  })

  test('the bytes of a view into a larger buffer are taken, and no others', () => {
    const content = new Uint8Array([0, 1, 2, 3, 4]).subarray(1).subarray(0, 2)
    expect(readBack(write([{ path: 'a', content }]))).toEqual({ a: '\u0001\u0002' })
  })

  test('an image is found inside a larger buffer', () => {
    const image = write([file('a')])
    const larger = new Uint8Array(image.length + 7)
    larger.set(image, 7)
    expect(readBack(larger.subarray(7))).toEqual({ a: 'a' })
  })
})

describe('iso9660', () => {
  test('equal contents stand once', () => {
    const content = new Uint8Array(100 * 2048).fill(1)
    const one = iso([{ path: 'a', content }])
    const two = iso([
      { path: 'a', content },
      { path: 'b/c', content: content.slice() },
    ])
    expect(two.length - one.length).toBeLessThan(10 * 2048)
    expect(Object.keys(readBack(two))).toHaveLength(2)
  })

  test('an image is as small as its files allow', () => expect(iso(configDrive).length).toBeLessThan(250_000))

  test('Joliet names over 64 units are cut in their stem, and stay apart', () => {
    const long = 'n'.repeat(80)
    const files = [`${long}1.json`, `${long}2.json`, `${'😀'.repeat(40)}.txt`].map((path) => file(path))
    const names = Object.keys(readBack(iso(files), 'joliet'))
    expect(names).toEqual([`${'n'.repeat(57)}_1.json`, `${'n'.repeat(59)}.json`, `${'😀'.repeat(30)}.txt`])
  })

  test('characters that Joliet forbids become underscores', () => {
    const names = Object.keys(readBack(iso([file('a*b:c;d?e\\f'), file('a*b:c;d?e_f')]), 'joliet'))
    expect(names.toSorted()).toEqual(['a_b_c_d_e_f', 'a_b_c_d_e_f_1'])
  })

  test('plain names are of at most 31 characters, and stay apart', () => {
    const files = [
      'a name that is much too long for a plain one 1.txt',
      'a name that is much too long for a plain one 2.txt',
    ]
    const names = Object.keys(readBack(iso(files.map((path) => file(path))), 'plain'))
    expect(names).toEqual(['a_name_that_is_much_too_l_1.txt', 'a_name_that_is_much_too_lon.txt'])
  })

  test('modes are kept, and are for reading alone by default', () => {
    const { entries } = readImage(iso([{ ...file('run'), mode: 0o750 }, file('read')]))
    expect(entries).toMatchObject([
      { path: 'read', mode: 0o444 },
      { path: 'run', mode: 0o750 },
    ])
  })

  test('folders are numbered and ordered as a path table asks for, however many there are', () => {
    const files = Array.from({ length: 3000 }, (_, index) => file(`${index % 7}/${index % 41}/${index}/f`, ''))
    expect(readBack(iso(files))).toEqual(contentsOf(files))
    expect(readBack(iso(files), 'joliet')).toEqual(contentsOf(files))
  })

  test('thousands of names that begin alike are told apart in good time', () => {
    const files = Array.from({ length: 5000 }, (_, index) => file(`${'same '.repeat(20)}${index}.txt`, ''))
    expect(Object.keys(readBack(iso(files), 'joliet'))).toHaveLength(5000)
    expect(Object.keys(readBack(iso(files), 'plain'))).toHaveLength(5000)
  })
})

describe('vfat', () => {
  const sized = (files: readonly ImageFile[], size: number) =>
    vfatImage({ label: 'config-2', files, at: AT, size: bytes(size) })

  test('a config drive has 64 MiB, as Nova makes it', () => expect(vfat(configDrive)).toHaveLength(64 * 2 ** 20))

  test.each([
    ['FAT12', 2 ** 20],
    ['FAT16', 2 ** 26],
    ['FAT32', 2 ** 29],
  ])('%s is chosen by size, and every file is read back', (type, size) => {
    const image = sized([...configDrive, ...crowd], size)
    expect(Buffer.from(image.subarray(0, 512)).toString('latin1')).toContain(type)
    expect(readBack(image)).toEqual(contentsOf([...configDrive, ...crowd]))
  })

  test('a volume is filled to its last cluster', () => {
    const full = { path: 'full', content: new Uint8Array(502 * 2048).fill(7) }
    expect(readBack(sized([full], 2 ** 20))).toEqual(contentsOf([full]))
  })

  test('thousands of names that begin alike are told apart in good time', () => {
    const files = Array.from({ length: 5000 }, (_, index) => file(`folder/${'same '.repeat(20)}${index}.txt`, ''))
    expect(readBack(vfat(files))).toEqual(contentsOf(files))
  })
})
