import { driveImageErrors } from '../../errors.ts'
import { BLOCK } from '../../iso9660/numbers.ts'
import type { DriveImage } from '../drive-image.ts'
import { listing, type Listing } from '../listing.ts'
import type { Source } from '../source.ts'
import { isDots, recordsOf, type FoundRecord } from './records.ts'
import { rockRidgeOf, skipOf, type RockRidge } from './system-use.ts'
import { isoVolume, type Extent, type IsoVolume } from './volume.ts'

/** Which of the names that an ISO 9660 image gives its files. */
export type IsoNames = 'rock-ridge' | 'joliet' | 'plain'

interface Reading {
  readonly image: Source
  readonly names: IsoNames
  /** Bytes in front of each record's Rock Ridge. */
  readonly skip: number
  readonly list: Listing
  readonly waiting: { readonly path: string; readonly extent: Extent }[]
  readonly seen: Set<number>
}

/** @param wanted the best there are by default: Rock Ridge, else Joliet, else the plain ones */
export function readIso(image: Source, wanted: IsoNames | null): DriveImage {
  const volume = isoVolume(image)
  const skip = skipIn(image, volume)
  const names = wanted ?? (skip !== null ? 'rock-ridge' : volume.joliet !== null ? 'joliet' : 'plain')
  const root = rootOf(volume, names, skip)
  const list = listing()
  const reading: Reading = { image, names, skip: skip ?? 0, list, waiting: [], seen: new Set() }
  let bytes = 0
  enter(reading, '', root)
  for (const { path, extent } of reading.waiting) {
    bytes += extent.size
    // Folders lie beside one another, so that reading them all takes no longer than reading the image.
    if (bytes > image.length) throw driveImageErrors.malformed({ what: 'its folders overlap' })
    readFolder(reading, path, extent)
  }
  return { format: 'iso9660', label: volume.label, entries: list.entries }
}

function skipIn(image: Source, { plain }: IsoVolume): number | null {
  const [self] = recordsOf(image, plain)
  return self === undefined ? null : skipOf(self.systemUse)
}

function rootOf(volume: IsoVolume, names: IsoNames, skip: number | null): Extent {
  const root = names === 'joliet' ? volume.joliet : volume.plain
  if (root === null || (names === 'rock-ridge' && skip === null)) {
    throw driveImageErrors.unknown_format({ why: `it has no ${names} names` })
  }
  return root
}

function enter({ waiting, seen }: Reading, path: string, extent: Extent): void {
  if (seen.has(extent.block)) throw driveImageErrors.malformed({ what: 'a folder is within itself, or there twice' })
  seen.add(extent.block)
  waiting.push({ path, extent })
}

function readFolder(reading: Reading, folder: string, extent: Extent): void {
  const { image, names, skip } = reading
  for (const record of recordsOf(image, extent)) {
    if (isDots(record)) continue
    const rock = names === 'rock-ridge' ? rockRidgeOf(image, record.systemUse, skip) : null
    if (rock?.isMoved === true) continue
    readRecord(reading, reading.list.pathOf(folder, nameOf(record, rock, names)), record, rock)
  }
}

function readRecord(reading: Reading, path: string, record: FoundRecord, rock: RockRidge | null): void {
  const { image, list } = reading
  const moved = rock?.movedTo ?? null
  if (record.isFolder || moved !== null) {
    list.add({ kind: 'folder', path })
    enter(reading, path, moved === null ? record.extent : { block: moved, size: sizeAt(image, moved) })
    return
  }
  if (record.goesOn) throw driveImageErrors.unknown_format({ why: 'a file is in several pieces' })
  const mode = rock?.mode ?? null
  if (mode !== null && mode >>> 12 !== 0o10) {
    list.add({ kind: 'other', path })
    return
  }
  const { block, size } = record.extent
  const content = size === 0 ? new Uint8Array(0) : image.slice(block * BLOCK, size)
  list.add({ kind: 'file', path, size, mode: mode === null ? null : mode & 0o777, content: () => content })
}

/** A folder says its size in its first record. */
function sizeAt(image: Source, block: number): number {
  return image.u32(block * BLOCK + 10)
}

/** Without version, and without the dot that a name without extension has. */
function nameOf({ id }: FoundRecord, rock: RockRidge | null, names: IsoNames): string {
  if (rock !== null && rock.name !== null) return rock.name
  const text = names === 'joliet' ? id.wide(0, id.length) : id.latin(0, id.length)
  const bare = text.replace(/;\d{1,5}$/, '')
  return names === 'joliet' ? bare : bare.replace(/\.$/, '')
}
