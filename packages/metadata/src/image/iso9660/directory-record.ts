import type { Target } from '../target.ts'
import { putId, type Id } from './identifiers.ts'
import { both16, both32 } from './numbers.ts'

/** The fixed part in front of the identifier (ECMA-119, 9.1). */
const HEAD = 33

/** What a record says of its own length in one byte, made even. */
const MOST = 254

/** Where the content of a file or folder is. */
export interface Place {
  /** Its first block. */
  readonly extent: number
  /** In bytes. */
  readonly size: number
}

/** Bytes left for system use behind an identifier of this length. */
export function roomFor(idLength: number): number {
  return MOST - padded(idLength)
}

export function recordLength(idLength: number, systemUseLength: number): number {
  const length = padded(idLength) + systemUseLength
  return length + (length % 2)
}

/** An identifier of even length has a byte behind it, so that system use begins at an even place. */
function padded(idLength: number): number {
  return HEAD + idLength + (idLength % 2 === 0 ? 1 : 0)
}

interface Recorded extends Id {
  readonly isFolder: boolean
  readonly inline: number
}

/** @param date seven bytes @returns where the record's system use begins */
export function writeRecord(target: Target, at: number, recorded: Recorded, place: Place, date: Uint8Array): number {
  const { bytes, view } = target
  const { idLength, isFolder, inline } = recorded
  bytes[at] = recordLength(idLength, inline)
  both32(view, at + 2, place.extent)
  both32(view, at + 10, place.size)
  // Byte by byte: quicker than `set` for so few.
  for (let index = 0; index < date.length; index++) bytes[at + 18 + index] = date[index] ?? 0
  bytes[at + 25] = isFolder ? 2 : 0
  both16(view, at + 28, 1)
  bytes[at + 32] = idLength
  putId(bytes, at + HEAD, recorded)
  return at + padded(idLength)
}
