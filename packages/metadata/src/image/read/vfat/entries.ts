import { ATTRIBUTES, UNIT_PLACES } from '../../vfat/directory.ts'
import { ENTRY } from '../../vfat/geometry.ts'
import { checksumOf } from '../../vfat/short-names.ts'
import type { Source } from '../source.ts'

export interface FatEntry {
  readonly name: string
  readonly isFolder: boolean
  readonly cluster: number
  readonly size: number
}

export interface FatFolder {
  readonly entries: readonly FatEntry[]
  /** The volume's, where this folder has it. */
  readonly label: string | null
}

/** The upper half of code page 437, which short names are written in. */
const HIGH =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0'

/** Without `.` and `..`, deleted entries, and long names that belong to no short one. */
export function fatFolder(bytes: Source): FatFolder {
  const entries: FatEntry[] = []
  let label: string | null = null
  let long: LongName = noLongName
  for (let at = 0; at + ENTRY <= bytes.length && bytes.byte(at) !== 0; at += ENTRY) {
    const attributes = bytes.byte(at + 11)
    if (bytes.byte(at) === 0xe5) long = noLongName
    else if ((attributes & 0x3f) === ATTRIBUTES.longName) long = withPart(long, bytes.part(at, ENTRY))
    else {
      const short = bytes.part(at, ENTRY)
      const first = short.byte(0)
      if ((attributes & ATTRIBUTES.label) !== 0) label ??= short.latin(0, 11).trimEnd()
      else if (first !== 0x2e) entries.push(entryOf(short, long))
      long = noLongName
    }
  }
  return { entries, label }
}

function entryOf(short: Source, long: LongName): FatEntry {
  const isTheirs = long.missing === 0 && long.checksum === checksumOf(short.slice(0, 11))
  return {
    name: isTheirs ? long.text : shortName(short),
    isFolder: (short.byte(11) & ATTRIBUTES.folder) !== 0,
    cluster: short.u16(26) + short.u16(20) * 0x1_0000,
    size: short.u32(28),
  }
}

interface LongName {
  /** Parts that are still to come; -1 where no long name has begun. */
  readonly missing: number
  readonly checksum: number
  readonly text: string
}

const noLongName: LongName = { missing: -1, checksum: 0, text: '' }

/** The last part comes first and says how many there are; any that is out of order ends it all. */
function withPart(long: LongName, part: Source): LongName {
  const order = part.byte(0)
  const number = order & 0x3f
  const checksum = part.byte(13)
  const begins = (order & 0x40) !== 0
  if (number === 0 || number > 20) return noLongName
  if (!begins && (long.missing !== number || long.checksum !== checksum)) return noLongName
  return { missing: number - 1, checksum, text: textOf(part) + (begins ? '' : long.text) }
}

/** Up to the zero behind the name. */
function textOf(part: Source): string {
  const units = UNIT_PLACES.map((place) => part.u16(place))
  const end = units.indexOf(0)
  return String.fromCharCode(...(end < 0 ? units : units.slice(0, end)))
}

/** Two bits say that stem or extension are meant in lower case. */
function shortName(short: Source): string {
  const cases = short.byte(12)
  // An E5 in front would mean a deleted file; it is written as 05.
  const first = short.byte(0) === 0x05 ? 0xe5 : short.byte(0)
  const stem = decoded(Uint8Array.of(first, ...short.slice(1, 7)), (cases & 0x08) !== 0)
  const extension = decoded(short.slice(8, 3), (cases & 0x10) !== 0)
  return extension === '' ? stem : `${stem}.${extension}`
}

function decoded(bytes: Uint8Array, lower: boolean): string {
  const text = Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : (HIGH[byte - 0x80] ?? '_'))).join(
    '',
  )
  return lower ? text.trimEnd().toLowerCase() : text.trimEnd()
}
