import { driveImageErrors } from '../../errors.ts'
import { BLOCK } from '../../iso9660/numbers.ts'
import type { Source } from '../source.ts'

export interface Extent {
  readonly block: number
  /** In bytes. */
  readonly size: number
}

export interface IsoVolume {
  readonly label: string
  /** The root folder of the plain tree. */
  readonly plain: Extent
  /** The root folder of Joliet's, where there is one. */
  readonly joliet: Extent | null
}

const FIRST = 16
/** More descriptors than anybody writes. */
const MOST = 64

export function hasIsoMagic(source: Source): boolean {
  return source.length >= (FIRST + 1) * BLOCK && source.latin(FIRST * BLOCK + 1, 5) === 'CD001'
}

export function isoVolume(source: Source): IsoVolume {
  let plain: Source | null = null
  let joliet: Source | null = null
  for (let block = FIRST; block < FIRST + MOST; block++) {
    const sector = source.part(block * BLOCK, BLOCK)
    if (sector.latin(1, 5) !== 'CD001') throw driveImageErrors.malformed({ what: `block ${block} describes no volume` })
    const type = sector.byte(0)
    if (type === 255) break
    if (type === 1) plain ??= sector
    if (type === 2 && /^%\/[@CE]/.test(sector.latin(88, 3))) joliet ??= sector
  }
  if (plain === null) throw driveImageErrors.malformed({ what: 'it has no primary volume descriptor' })
  if (plain.u16(128) !== BLOCK)
    throw driveImageErrors.unknown_format({ why: `its blocks have ${plain.u16(128)} bytes` })
  return {
    label: plain.latin(40, 32).trimEnd(),
    plain: rootOf(plain),
    joliet: joliet === null ? null : rootOf(joliet),
  }
}

function rootOf(descriptor: Source): Extent {
  return { block: descriptor.u32(158), size: descriptor.u32(166) }
}
