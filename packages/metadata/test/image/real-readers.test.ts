import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { bytes, instant } from '@novakit/core'
import { expect, test } from 'vitest'
import { configDriveImage, isoImage, vfatImage } from '../../src/image/index.ts'
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
import { describeWith, extractIso, extractVfat, genisoimage, inFolder, mkfsVfat, run } from './support/tools.ts'

const everything = [...configDrive, ...awkwardNames, ...crowd]
const forIso = everything.filter(({ path: name }) => !tooLongForIso(name))

/** genisoimage, which gives up where two names are alike in their first 64 characters. */
const forGenisoimage = forIso.filter(({ path: name }) => !name.startsWith('lll'))

/** mtools makes a folder of a name that begins with a space, and loses the space. */
const forMtools = everything.filter(({ path: name }) => !name.startsWith(' '))

/** And as a writer it takes a short name of its code page for enough, and loses what that cannot say. */
const byMtools = forMtools.filter(({ path: name }) => !/^(combining|precomposed)\//.test(name))

function ask(image: Uint8Array, program: string, ...args: readonly string[]): Promise<string> {
  return inFolder(async (folder) => {
    const name = path.join(folder, 'image')
    await writeFile(name, image)
    return run(program, ...args.map((arg) => (arg === '{}' ? name : arg)))
  })
}

await describeWith('readers', 'ISO 9660 for real readers', () => {
  test('xorriso extracts every file, with names of every length and script', async () => {
    const files = [...forIso, ...astralNames]
    expect(await extractIso(iso(files))).toEqual(contentsOf(files))
  })

  test('xorriso and isoinfo find label, publisher, Joliet and Rock Ridge', async () => {
    const image = isoImage({ label: 'config-2', files: configDrive, at: AT, publisher: 'Acme Compute 1.0' })
    const said = await ask(image, 'isoinfo', '-d', '-i', '{}')
    expect(said).toContain('Volume id: config-2\n')
    expect(said).toContain('Publisher id: Acme Compute 1.0\n')
    expect(said).toContain('Joliet with UCS level 3 found')
    expect(said).toContain('Rock Ridge signatures version 1 found')
    expect(await ask(image, 'xorriso', '-indev', '{}', '-toc')).toMatch(/Volume id +: 'config-2'/)
  })

  test('xorriso has nothing to complain of', async () => {
    const said = await ask(
      iso([...forIso, ...astralNames]),
      'xorriso',
      '-indev',
      '{}',
      '-check_media',
      '--',
      '-find',
      '/',
    )
    expect(said).not.toMatch(/SORRY|FAILURE|WARNING|damaged/)
  })

  test('isoinfo tells modes, dates and links as they were given', async () => {
    const files = [{ ...file('run/me.sh'), mode: 0o755 }, file('read/me')]
    const said = await ask(iso(files), 'isoinfo', '-l', '-R', '-i', '{}')
    expect(said).toMatch(/^-rwxr-xr-x {3}1 .* Feb {2}3 2026 .* me\.sh $/m)
    expect(said).toMatch(/^-r--r--r-- {3}1 .* Feb {2}3 2026 .* me $/m)
    expect(said).toMatch(/^dr-xr-xr-x {3}4 .* \. $/m)
  })

  test('all three trees of names hold what those of genisoimage hold', async () => {
    const files = configDrive
    const theirs = await genisoimage(files)
    for (const names of ['rock-ridge', 'joliet', 'plain'] as const) {
      expect(readBack(iso(files), names), names).toEqual(readBack(theirs, names))
    }
  })

  test('what genisoimage makes of the same files extracts to the same tree', async () => {
    const theirs = await genisoimage(forGenisoimage)
    expect(await extractIso(iso(forGenisoimage))).toEqual(await extractIso(theirs))
    expect(readBack(theirs)).toEqual(contentsOf(forGenisoimage))
  })

  test('isoinfo extracts a file by its Joliet name', async () => {
    const image = iso(configDrive)
    const said = await ask(image, 'isoinfo', '-J', '-i', '{}', '-x', '/openstack/content/0000')
    expect(said).toBe('auto lo\niface lo inet loopback\n')
  })

  test('an image without files is an image', async () => {
    expect(await extractIso(iso([]))).toEqual({})
    expect(await extractIso(iso([file('empty', '')]))).toEqual({ empty: '' })
  })
})

await describeWith('readers', 'FAT for real readers', () => {
  test('fsck.fat finds nothing to repair, whatever the names', async () => {
    await ask(vfat([...everything, ...astralNames]), 'fsck.fat', '-n', '-v', '{}')
    await ask(vfat([]), 'fsck.fat', '-n', '{}')
  })

  test('mtools extracts every file, with names of every length and script', async () => {
    expect(await extractVfat(vfat(forMtools))).toEqual(contentsOf(forMtools))
  })

  test('mtools finds the label', async () => {
    expect(await ask(vfat([]), 'mlabel', '-s', '-i', '{}', '::')).toContain('Volume label is config-2')
  })

  test('what mkfs.vfat and mcopy make of the same files extracts to the same tree', async () => {
    const theirs = await mkfsVfat(byMtools)
    expect(readBack(theirs)).toEqual(contentsOf(byMtools))
    expect(await extractVfat(vfat(byMtools))).toEqual(await extractVfat(theirs))
  })

  // mkfs.vfat leaves out what does not fill a track, which changes a few clusters of the largest ones.
  test.for([1, 4, 5, 8, 9, 15, 17, 64, 128, 256, 512])(
    'a volume of %i MiB is divided as mkfs.vfat divides it, and fsck.fat finds nothing',
    { timeout: 120_000 },
    async (size) => {
      const ours = vfatImage({ label: 'config-2', files: configDrive, at: AT, size: bytes(size * 2 ** 20) })
      const said = await ask(ours, 'fsck.fat', '-n', '-v', '{}')
      const divided = dividedAs(said)
      expect(divided).toHaveLength(size < 512 ? 6 : 5)
      expect(divided).toEqual(dividedAs(await ask(await mkfsVfat([], size * 2 ** 20), 'fsck.fat', '-n', '-v', '{}')))
    },
  )

  test('dates beyond those that a format can tell are told as the nearest', async () => {
    for (const at of [instant(0), instant(Date.UTC(2300, 0, 1))]) {
      const image = configDriveImage({ format: 'vfat', files: configDrive, at })
      await ask(image, 'fsck.fat', '-n', '{}')
      const said = await ask(image, 'mdir', '-i', '{}', '::/openstack')
      expect(said).toContain(at === 0 ? '1980-01-01' : '2107-12-31')
    }
  })
})

await describeWith('readers', 'The probe by which guests find drives', () => {
  test('blkid tells label and format of both', async () => {
    for (const [format, image] of Object.entries({ iso9660: iso(configDrive), vfat: vfat(configDrive) })) {
      const said = await ask(image, 'blkid', '-p', '-o', 'export', '{}')
      expect(said).toContain('\nLABEL=config-2\n')
      expect(said).toContain(`\nTYPE=${format}\n`)
    }
  })
})

/** Cluster size, reserved sectors, table width and length, root entries; the count of clusters where no track is lost. */
function dividedAs(said: string): readonly string[] {
  const wanted = [/\d+ bytes per cluster/, /\d+ reserved sectors?/, /\d+ bit entries/, /\d+ bytes per FAT/]
  const root = /\d+ root directory entries|Root directory start at cluster \d+/
  const small = /^ +\d+ data clusters/m
  const isLarge = said.includes('32 bit')
  return [...wanted, root, ...(isLarge ? [] : [small])].flatMap((each) => each.exec(said)?.[0].trim() ?? [])
}
