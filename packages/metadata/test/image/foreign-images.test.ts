import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { bytes } from '@novakit/core'
import { describe, expect, test } from 'vitest'
import { readImage, vfatImage } from '../../src/image/index.ts'
import { AT, configDrive, contentsOf, file, readBack, vfat } from './support/files.ts'
import { describeWith, genisoimage, inFolder, mkfsVfat, run, writeTree } from './support/tools.ts'

await describeWith('readers', 'Images by other writers', () => {
  test('folders that genisoimage moved away from the depth are found where they belong', async () => {
    const deep = [file('1/2/3/4/5/6/7/8/9/10/11/deep'), file('1/2/shallow'), file('1/2/3/4/5/6/7/other/also deep')]
    expect(readBack(await genisoimage(deep))).toEqual(contentsOf(deep))
  })

  test('a symbolic link is listed as something else than a file, and has no content', async () => {
    const image = await inFolder(async (folder) => {
      await mkdir(path.join(folder, 'tree'))
      await writeFile(path.join(folder, 'tree', 'real'), 'content')
      await symlink('/etc/passwd', path.join(folder, 'tree', 'link'))
      const name = path.join(folder, 'image.iso')
      await run('genisoimage', '-quiet', '-r', '-J', '-V', 'config-2', '-o', name, path.join(folder, 'tree'))
      return readFile(name)
    })
    const { entries } = readImage(image)
    expect(entries.map(({ kind, path: name }) => `${kind} ${name}`)).toEqual(['other link', 'file real'])
  })

  test('what xorriso writes is read, with its longer Rock Ridge entries', async () => {
    const image = await inFolder(async (folder) => {
      await writeTree(path.join(folder, 'tree'), configDrive)
      const name = path.join(folder, 'image.iso')
      const how = ['-as', 'mkisofs', '-quiet', '-J', '-r', '-V', 'config-2', '-o', name]
      await run('xorriso', ...how, path.join(folder, 'tree'))
      return readFile(name)
    })
    expect(readImage(image).label).toBe('config-2')
    expect(readBack(image)).toEqual(contentsOf(configDrive))
    expect(readBack(image, 'joliet')).toEqual(contentsOf(configDrive))
  })

  test('an image without Rock Ridge is read by its Joliet names, and one without these by the plain ones', async () => {
    const write = (...options: readonly string[]) =>
      inFolder(async (folder) => {
        await writeTree(path.join(folder, 'tree'), [file('a long name.json')])
        const name = path.join(folder, 'image.iso')
        await run('genisoimage', '-quiet', ...options, '-o', name, path.join(folder, 'tree'))
        return readFile(name)
      })
    expect(Object.keys(readBack(await write('-J')))).toEqual(['a long name.json'])
    expect(Object.keys(readBack(await write()))).toEqual(['A_LONG_N.JSO'])
    const plain = await write()
    expect(() => readImage(plain, { names: 'joliet' })).toThrow('it has no joliet names')
    expect(() => readImage(plain, { names: 'rock-ridge' })).toThrow('it has no rock-ridge names')
  })

  test('a file that lies on a FAT volume in pieces comes out whole', async () => {
    const whole = new Uint8Array(40_000).map((_, index) => index % 241)
    const image = await inFolder(async (folder) => {
      const name = path.join(folder, 'image.vfat')
      await writeFile(name, await mkfsVfat([], 2 ** 20))
      const copy = async (target: string, content: Uint8Array): Promise<void> => {
        await writeFile(path.join(folder, 'one'), content)
        await run('mcopy', '-o', '-i', name, path.join(folder, 'one'), `::${target}`)
      }
      for (let index = 0; index < 30; index++) await copy(`f${index}`, new Uint8Array(4096).fill(index))
      for (let index = 0; index < 30; index += 2) await run('mdel', '-i', name, `::f${index}`)
      // Nothing but the gaps is left when the rest of the volume is full.
      await copy('rest', new Uint8Array(900_000))
      await copy('pieces', whole)
      return readFile(name)
    })
    expect(readBack(image)['pieces']).toBe(Buffer.from(whole).toString('latin1'))
    expect(readImage(image).entries).toHaveLength(17)
  })

  test.each([512, 1024, 2048, 4096])('a FAT volume with sectors of %i bytes is read', async (sector) => {
    const image = await inFolder(async (folder) => {
      await writeTree(path.join(folder, 'tree'), configDrive)
      const name = path.join(folder, 'image.vfat')
      await run('truncate', '-s', '64M', name)
      await run('mkfs.vfat', '-S', String(sector), '-n', 'config-2', name)
      await run('mcopy', '-s', '-i', name, path.join(folder, 'tree/openstack'), path.join(folder, 'tree/ec2'), '::')
      return readFile(name)
    })
    expect(readBack(image)).toEqual(contentsOf(configDrive))
  })
})

describe('Short names', () => {
  /** The entry of `UPPER.TXT`, which has no long name. */
  function withByte(at: number, value: number): Uint8Array {
    const image = vfatImage({ label: 'config-2', files: [file('UPPER.TXT')], at: AT, size: bytes(2 ** 20) })
    image[Buffer.from(image).indexOf('UPPER   TXT') + at] = value
    return image
  }

  test('are in lower case where two bits say so, as Linux writes them', () => {
    expect(Object.keys(readBack(withByte(12, 0x08)))).toEqual(['upper.TXT'])
    expect(Object.keys(readBack(withByte(12, 0x10)))).toEqual(['UPPER.txt'])
    expect(Object.keys(readBack(withByte(12, 0x18)))).toEqual(['upper.txt'])
  })

  test('are in the code page of DOS', () => expect(Object.keys(readBack(withByte(0, 0x9a)))).toEqual(['ÜPPER.TXT']))

  test('begin with an E5 that is written as 05', () => {
    expect(Object.keys(readBack(withByte(0, 0x05)))).toEqual(['σPPER.TXT'])
    expect(Object.keys(readBack(withByte(0, 0xe5)))).toEqual([])
  })

  test('are taken where a long name does not belong to them', () => {
    const image = vfat([file('a long name.txt')])
    image[Buffer.from(image).indexOf('ALONGN~1TXT') + 1] = 0x42
    expect(Object.keys(readBack(image))).toEqual(['ABONGN~1.TXT'])
  })
})

describe('Damage', () => {
  test.each([
    ['nothing at all', () => new Uint8Array(0), 'unknown_format'],
    ['zeros', () => new Uint8Array(2 ** 20), 'unknown_format'],
    ['text', () => new TextEncoder().encode('CD001'.repeat(10_000)), 'unknown_format'],
    ['a FAT image that ends early', () => vfat([file('a')]).subarray(0, 2 ** 20), 'malformed'],
  ])('%s is refused', (_, image, code) => {
    expect(() => readImage(image())).toThrow(expect.objectContaining({ code: `drive_image.${code}` }))
  })

  test('a name that leads out of the image is refused', () => {
    const image = vfat([file('aa')])
    const at = Buffer.from(image).indexOf(Buffer.from('a\u0000a\u0000\u0000\u0000', 'latin1'))
    image.set([0x2e, 0, 0x2e, 0], at)
    expect(() => readImage(image)).toThrow('. and .. are not names')
  })

  test('a folder within itself is refused', () => {
    const image = vfat([file('a/b/c')])
    // The entry of the inner folder is given the cluster of the outer one, which is the first of all.
    const inner = Buffer.from(image).indexOf('B          ')
    image.set([2, 0], inner + 26)
    expect(() => readImage(image)).toThrow('is used twice')
  })
})
