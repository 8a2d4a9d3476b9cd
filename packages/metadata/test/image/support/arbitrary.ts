import fc from 'fast-check'
import type { ImageFile } from '../../../src/image/index.ts'

/** Whatever may stand in a name of both formats, from every plane. */
const anyChar = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(...Array.from("abcdefghijklmnopqrstuvwxyz0123456789._- ~#'(){}[]^`!@$%&+,;=")),
  },
  { weight: 2, arbitrary: fc.integer({ min: 0xa0, max: 0xd7ff }).map((code) => String.fromCodePoint(code)) },
  { weight: 1, arbitrary: fc.integer({ min: 0xe000, max: 0xfffd }).map((code) => String.fromCodePoint(code)) },
  { weight: 1, arbitrary: fc.integer({ min: 0x1_0000, max: 0x10_ffff }).map((code) => String.fromCodePoint(code)) },
)

/** The first characters that fit into so many bytes. */
function fitting(chars: readonly string[], most: number): string {
  let bytes = 0
  return chars.filter((char) => (bytes += Buffer.byteLength(char)) <= most).join('')
}

/** A letter at the end, as FAT minds dots and spaces there. */
const anyName = (chars: fc.Arbitrary<string>, most: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      { weight: 6, arbitrary: fc.array(chars, { maxLength: 12 }) },
      { weight: 1, arbitrary: fc.array(chars, { minLength: 40, maxLength: 260 }) },
    )
    .map((parts) => `${fitting(parts, most - 1)}x`)

const anyContent = fc.oneof(
  { weight: 6, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0, max: 40_000 }).map((length) => new Uint8Array(length).map((_, at) => at % 253)),
  },
)

export interface FileSetOptions {
  /** Characters of names; default all of Unicode that both formats keep. */
  readonly chars?: fc.Arbitrary<string>
  readonly nameBytes?: number
  readonly maxFiles?: number
}

/**
 * Any set of files in which no two names of a folder are alike: each name has a number of its own in front, shared by
 * the files of one folder.
 */
export function fileSets(options: FileSetOptions = {}): fc.Arbitrary<readonly ImageFile[]> {
  const { chars = anyChar, nameBytes = 245, maxFiles = 40 } = options
  const folders = fc.array(anyName(chars, nameBytes), { minLength: 1, maxLength: 5 })
  const places = fc.array(fc.nat(4), { maxLength: 6 })
  const files = fc.array(fc.tuple(places, anyName(chars, nameBytes), anyContent), { maxLength: maxFiles })
  return fc.tuple(folders, files).map(([names, all]) =>
    all.map(([place, name, content], index) => {
      const above = place.map((at) => `${at % names.length}${names[at % names.length]}`)
      return { path: [...above, `f${index}${name}`].join('/'), content }
    }),
  )
}
