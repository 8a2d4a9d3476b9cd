import { bytes, instant } from '@novakit/core'
import { describe, expect, test } from 'vitest'
import { configDriveImage, imageLimits, isoImage, vfatImage, type ImageFile } from '../../src/image/index.ts'
import { AT, file } from './support/files.ts'

const writers = [
  ['iso9660', (files: readonly ImageFile[], label = 'config-2') => isoImage({ label, files, at: AT })],
  ['vfat', (files: readonly ImageFile[], label = 'config-2') => vfatImage({ label, files, at: AT })],
] as const

function refusal(act: () => unknown): { code: string; message: string } {
  try {
    act()
  } catch (error) {
    return error as { code: string; message: string }
  }
  throw new Error('it was not refused')
}

describe.each(writers)('%s', (format, write) => {
  test.each([
    ['', 'empty'],
    ['/etc/passwd', 'empty'],
    ['openstack//latest', 'empty'],
    ['openstack/', 'empty'],
    ['../../etc/cron.d/x', 'not names'],
    ['a/./b', 'not names'],
    ['a/../../b', 'not names'],
    ['zero\u0000byte', 'control characters'],
    ['line\r\nfeed', 'control characters'],
    ['delete\u007f', 'control characters'],
    ['c1\u0085', 'control characters'],
    ['half\ud800', 'surrogate'],
    ['half\udc00pair', 'surrogate'],
    ['x'.repeat(256), 'longer than 255 bytes'],
    ['é'.repeat(128), 'longer than 255 bytes'],
    [Array.from({ length: 66 }, () => 'd').join('/'), 'more than 64 folders'],
    [Array.from({ length: 40 }, () => 'd'.repeat(110)).join('/'), 'longer than 4095 bytes'],
  ])('refuses the path %j', (path, why) => {
    const { code, message } = refusal(() => write([file('fine'), file(path)]))
    expect(code).toBe('drive_image.bad_name')
    expect(message).toContain(why)
    expect(message).not.toMatch(/\p{Cc}/u)
  })

  test.each([
    ['a', 'a'],
    ['a/b', 'a/b'],
    ['a', 'a/b'],
    ['a/b', 'a'],
    ['readme', 'README'],
    ['A/x', 'a/y'],
    ['Straße/x', 'STRAßE/y'],
    ['Ωmega', 'ωmega'],
    ['σ', 'ς'],
    ['\u212aelvin', 'kelvin'],
  ])('refuses %j beside %j, which some guest would take for one', (one, other) => {
    expect(refusal(() => write([file(one), file(other)])).code).toBe('drive_image.name_clash')
  })

  test('takes names that differ in more than case', () => {
    expect(() => write([file('ß'), file('SS'), file('\u00e9'), file('e\u0301'), file('constructor')])).not.toThrow()
    expect(() => write([file('__proto__'), file('toString/valueOf')])).not.toThrow()
  })

  test.each(['', 'config 2', 'config\n2', 'a'.repeat(17), 'größe'])('refuses the label %j', (label) => {
    expect(refusal(() => write([], label)).code).toBe('drive_image.bad_option')
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 8.64e15 + 1])('refuses the date %d', (at) => {
    const { code, message } = refusal(() => configDriveImage({ format, files: [], at: instant(at) }))
    expect(code).toBe('drive_image.bad_option')
    expect(message).toContain('no point in time')
  })

  test.each([-1, 0o1000, 0.5, Number.NaN])('refuses the mode %d', (mode) => {
    expect(refusal(() => write([{ ...file('a'), mode }])).message).toContain('mode')
  })

  test('refuses more files than an image may hold', () => {
    const { files } = imageLimits
    const one = file('a')
    expect(refusal(() => write(Array.from({ length: files + 1 }, () => one))).code).toBe('drive_image.too_large')
  })

  test('refuses more folders than an image may hold', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => file(`${`${index}/`.repeat(62)}f`))
    expect(refusal(() => write(many)).code).toBe('drive_image.too_large')
  })

  test('refuses more content than an image may hold, without a copy of it', () => {
    const content = new Uint8Array(2 ** 28)
    const files = Array.from({ length: 5 }, (_, index) => ({ path: `f${index}`, content }))
    expect(refusal(() => write(files)).code).toBe('drive_image.too_large')
  })
})

describe('iso9660', () => {
  test('refuses names that Linux would cut short', () => {
    const write = (name: string) => isoImage({ label: 'config-2', files: [file(name)], at: AT })
    expect(() => write('x'.repeat(253))).not.toThrow()
    expect(refusal(() => write('x'.repeat(254))).message).toContain('253')
  })

  test('refuses a publisher with line feeds', () => {
    const publisher = 'me\r\nand you'
    expect(refusal(() => isoImage({ label: 'l', files: [], at: AT, publisher })).code).toBe('drive_image.bad_option')
  })
})

describe('vfat', () => {
  const write = (files: readonly ImageFile[], size: number) =>
    vfatImage({ label: 'config-2', files, at: AT, size: bytes(size) })

  test.each(['a:b', 'a*', 'what?', '"a"', '<a>', 'a|b', 'a\\b', 'dot.', 'space ', 'folder./x'])(
    'refuses the name %j, which FAT cannot keep',
    (name) => expect(refusal(() => write([file(name)], 2 ** 20)).code).toBe('drive_image.bad_name'),
  )

  test.each([0, 512, 2 ** 16 - 512, 2 ** 20 + 1, 2 ** 30 + 512])('refuses a size of %d bytes', (size) => {
    expect(refusal(() => write([], size)).message).toContain('size')
  })

  test('says how much room there is when the files do not fit', () => {
    const files = [{ path: 'large', content: new Uint8Array(2 ** 20) }]
    const { code, message } = refusal(() => write(files, 2 ** 20))
    expect(code).toBe('drive_image.too_large')
    expect(message).toContain('There is room for 502 clusters')
  })

  test('says so when the root folder, which cannot grow, has no room for its names', () => {
    const many = (name: string) => Array.from({ length: 200 }, (_, index) => file(`${name} ${index}`))
    expect(() => write(many('short'), 2 ** 20)).not.toThrow()
    const { code, message } = refusal(() => write(many('a name that takes entries'), 2 ** 20))
    expect(code).toBe('drive_image.too_large')
    expect(message).toContain('There is room for 512 entries')
  })
})
