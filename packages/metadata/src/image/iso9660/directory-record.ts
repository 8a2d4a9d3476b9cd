import { both16, both32 } from './numbers.ts'

/** The fixed part in front of the identifier (ECMA-119, 9.1). */
const HEAD = 33

/** What a record says of its own length in one byte, made even. */
const MOST = 254

export interface RecordFacts {
  readonly id: Uint8Array
  readonly extent: number
  readonly size: number
  readonly isFolder: boolean
  /** Seven bytes. */
  readonly date: Uint8Array
  readonly systemUse: Uint8Array
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

/** @returns where the record's system use ends */
export function writeRecord(image: Uint8Array, view: DataView, at: number, facts: RecordFacts): number {
  const { id, extent, size, isFolder, date, systemUse } = facts
  image[at] = recordLength(id.length, systemUse.length)
  both32(view, at + 2, extent)
  both32(view, at + 10, size)
  image.set(date, at + 18)
  image[at + 25] = isFolder ? 2 : 0
  both16(view, at + 28, 1)
  image[at + 32] = id.length
  image.set(id, at + HEAD)
  image.set(systemUse, at + padded(id.length))
  return at + padded(id.length) + systemUse.length
}
