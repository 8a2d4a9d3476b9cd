import { driveImageErrors } from '../../errors.ts'
import type { Source } from '../source.ts'

/** How the boot sector says that a volume is divided; places are in bytes. */
export interface FatVolume {
  readonly bits: 12 | 16 | 32
  readonly fat: Source
  /** Of FAT12 and FAT16; null where the root is a chain. */
  readonly root: { readonly at: number; readonly entries: number } | null
  /** Where the root's chain begins; zero without one. */
  readonly rootCluster: number
  /** Where cluster 2 is. */
  readonly data: number
  readonly clusterBytes: number
  readonly clusters: number
}

export function hasFatMagic(source: Source): boolean {
  if (source.length < 512 || source.u16(510) !== 0xaa55) return false
  const jump = source.byte(0)
  return (jump === 0xeb || jump === 0xe9) && isPowerOfTwo(source.u16(11), 512, 4096)
}

export function fatVolume(source: Source): FatVolume {
  const sector = source.u16(11)
  const perCluster = source.byte(13)
  const [reserved, fats, rootEntries] = [source.u16(14), source.byte(16), source.u16(17)]
  const sectors = source.u16(19) || source.u32(32)
  const perFat = source.u16(22) || source.u32(36)
  if (!isPowerOfTwo(perCluster, 1, 128)) throw malformed('a cluster has an impossible size')
  if (reserved === 0 || fats === 0 || perFat === 0) throw malformed('a part of it has no size')
  if (sectors * sector > source.length) throw malformed('it is shorter than it says')
  const rootAt = reserved + fats * perFat
  const first = rootAt + Math.ceil((rootEntries * 32) / sector)
  if (first >= sectors) throw malformed('it has no room for data')
  const clusters = Math.floor((sectors - first) / perCluster)
  const bits = source.u16(22) === 0 ? 32 : clusters < 4085 ? 12 : 16
  const fat = source.part(reserved * sector, perFat * sector)
  if (fat.length * 8 < (clusters + 2) * bits) throw malformed('its table is too small for its clusters')
  return {
    bits,
    fat,
    root: bits === 32 ? null : { at: rootAt * sector, entries: rootEntries },
    rootCluster: bits === 32 ? source.u32(44) : 0,
    data: first * sector,
    clusterBytes: perCluster * sector,
    clusters,
  }
}

function isPowerOfTwo(value: number, least: number, most: number): boolean {
  return value >= least && value <= most && (value & (value - 1)) === 0
}

function malformed(what: string): Error {
  return driveImageErrors.malformed({ what })
}
