import { driveImageErrors } from '../../errors.ts'
import { BLOCK } from '../../iso9660/numbers.ts'
import type { Source } from '../source.ts'
import type { Extent } from './volume.ts'

/** A directory record as it stands in an image. */
export interface FoundRecord {
  readonly id: Source
  readonly extent: Extent
  readonly isFolder: boolean
  /** The file goes on in the next record. */
  readonly goesOn: boolean
  readonly systemUse: Source
}

const HEAD = 33

/** All records of a folder, `.` and `..` first. A length of zero leaves the rest of a block empty. */
export function* recordsOf(source: Source, { block, size }: Extent): Generator<FoundRecord> {
  const folder = source.part(block * BLOCK, size)
  for (let at = 0; at < size;) {
    const length = folder.byte(at)
    const end = (Math.floor(at / BLOCK) + 1) * BLOCK
    if (length === 0) {
      at = end
      continue
    }
    if (length <= HEAD || at + length > end) throw driveImageErrors.malformed({ what: 'a directory record is cut off' })
    yield recordOf(folder.part(at, length))
    at += length
  }
}

function recordOf(record: Source): FoundRecord {
  const idLength = record.byte(32)
  const flags = record.byte(25)
  const behind = HEAD + idLength + (idLength % 2 === 0 ? 1 : 0)
  return {
    id: record.part(HEAD, idLength),
    // An extended attribute record stands in front of the content.
    extent: { block: record.u32(2) + record.byte(1), size: record.u32(10) },
    isFolder: (flags & 2) !== 0,
    goesOn: (flags & 0x80) !== 0,
    systemUse: behind < record.length ? record.part(behind, record.length - behind) : record.part(0, 0),
  }
}

/** `.` and `..` are one byte of zero or one. */
export function isDots({ id }: FoundRecord): boolean {
  return id.length === 1 && id.byte(0) <= 1
}
