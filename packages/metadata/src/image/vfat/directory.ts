import type { FatDate } from './fat-dates.ts'
import { ENTRY } from './geometry.ts'
import { checksumOf, type ShortName } from './short-names.ts'

export const ATTRIBUTES = { label: 0x08, folder: 0x10, archive: 0x20, longName: 0x0f } as const

/** Where each of the 13 units of a long name stands within its entry. */
export const UNIT_PLACES = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30] as const

export interface EntryFacts {
  readonly attributes: number
  readonly cluster: number
  readonly size: number
  readonly date: FatDate
}

/** How many entries a name takes: its short one, and one for each 13 units unless the short one says it all. */
export function entriesOf(name: string, short: ShortName): number {
  return short.isWhole ? 1 : 1 + Math.ceil(name.length / UNIT_PLACES.length)
}

/** @returns where the next entry goes */
export function writeNamed(view: DataView, at: number, name: string, short: ShortName, facts: EntryFacts): number {
  const long = entriesOf(name, short) - 1
  for (let part = long; part >= 1; part--) {
    writeLongPart(view, at + (long - part) * ENTRY, name, part, part === long, checksumOf(short.bytes))
  }
  return writeShort(view, at + long * ENTRY, short.bytes, facts)
}

/** @param short eleven bytes, also those of `.`, `..` and a label */
export function writeShort(view: DataView, at: number, short: Uint8Array, facts: EntryFacts): number {
  const { attributes, cluster, size, date } = facts
  short.forEach((byte, index) => view.setUint8(at + index, byte))
  view.setUint8(at + 11, attributes)
  view.setUint8(at + 13, date.rest)
  view.setUint16(at + 14, date.time, true)
  view.setUint16(at + 16, date.day, true)
  view.setUint16(at + 18, date.day, true)
  view.setUint16(at + 20, cluster >>> 16, true)
  view.setUint16(at + 22, date.time, true)
  view.setUint16(at + 24, date.day, true)
  view.setUint16(at + 26, cluster & 0xffff, true)
  view.setUint32(at + 28, size, true)
  return at + ENTRY
}

/** Parts count from 1; the last one stands first and is marked. */
function writeLongPart(
  view: DataView,
  at: number,
  name: string,
  part: number,
  isLast: boolean,
  checksum: number,
): void {
  view.setUint8(at, part | (isLast ? 0x40 : 0))
  view.setUint8(at + 11, ATTRIBUTES.longName)
  view.setUint8(at + 13, checksum)
  const begin = (part - 1) * UNIT_PLACES.length
  for (const [index, place] of UNIT_PLACES.entries()) {
    view.setUint16(at + place, unitAt(name, begin + index), true)
  }
}

/** Behind the name a zero, then ones. */
function unitAt(name: string, index: number): number {
  if (index < name.length) return name.charCodeAt(index)
  return index === name.length ? 0 : 0xffff
}
