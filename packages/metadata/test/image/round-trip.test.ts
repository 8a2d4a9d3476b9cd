import { bytes } from '@novakit/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readImage, vfatImage } from '../../src/image/index.ts'
import { fileSets } from './support/arbitrary.ts'
import { AT, contentsOf, iso, readBack, vfat } from './support/files.ts'
import { describeWith, extractIso, extractVfat } from './support/tools.ts'

const rounds = process.env['NOVAKIT_LONG'] === '1' ? 20_000 : 150

test('any set of files comes back from an ISO 9660 image', () => {
  fc.assert(
    fc.property(fileSets(), (files) => {
      expect(readBack(iso(files))).toEqual(contentsOf(files))
    }),
    { numRuns: rounds },
  )
})

test('any set of files comes back from a FAT image', () => {
  fc.assert(
    fc.property(fileSets(), (files) => {
      expect(readBack(vfat(files))).toEqual(contentsOf(files))
    }),
    { numRuns: rounds },
  )
})

test('under the names of Joliet and under the plain ones the contents are the same, and none is lost', () => {
  fc.assert(
    fc.property(fileSets(), (files) => {
      const contents = Object.values(contentsOf(files)).toSorted()
      for (const names of ['joliet', 'plain'] as const) {
        expect(Object.values(readBack(iso(files), names)).toSorted()).toEqual(contents)
      }
    }),
    { numRuns: rounds },
  )
})

test('folders are listed before what is in them', () => {
  fc.assert(
    fc.property(fileSets(), (files) => {
      const seen = new Set([''])
      for (const { kind, path } of readImage(iso(files)).entries) {
        expect(seen).toContain(path.split('/').slice(0, -1).join('/'))
        if (kind === 'folder') seen.add(path)
      }
    }),
    { numRuns: 50 },
  )
})

await describeWith('readers', 'Real readers, for any set of files', () => {
  const sample = process.env['NOVAKIT_LONG'] === '1' ? 500 : 10

  test('xorriso extracts what was written', { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fileSets({ maxFiles: 25 }), async (files) => {
        expect(await extractIso(iso(files))).toEqual(contentsOf(files))
      }),
      { numRuns: sample },
    )
  })

  test('mtools extracts what was written', { timeout: 3_600_000 }, async () => {
    // Of what is in Unicode, mtools keeps what its C library can print, from the basic plane alone.
    const chars = fc.constantFrom(...Array.from('abcxyz019._- ~#(){}+,;=äöüßéλόγосфайлकखग名前한'))
    await fc.assert(
      fc.asyncProperty(fileSets({ chars, maxFiles: 25 }), async (files) => {
        expect(await extractVfat(vfatImage({ label: 'config-2', files, at: AT, size: bytes(2 ** 22) }))).toEqual(
          contentsOf(files),
        )
      }),
      { numRuns: sample },
    )
  })
})
