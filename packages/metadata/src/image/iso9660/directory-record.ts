import { both16, both32 } from './numbers.ts'

/** The fixed part in front of the identifier (ECMA-119, 9.1). */
const HEAD = 33

/** What a record says of its own length in one byte, made even. */
const MOST = 254

/** What a record says of its file or folder. */
export interface Named {
  readonly id: Uint8Array
  readonly isFolder: boolean
  readonly systemUse: { readonly inline: Uint8Array }
}

export interface Place {
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

/** Where records are written: the same bytes twice. */
export interface Target {
  readonly bytes: Uint8Array
  readonly view: DataView
}

/** @param date seven bytes @returns where the record's system use ends */
export function writeRecord({ bytes, view }: Target, at: number, named: Named, place: Place, date: Uint8Array): number {
  const { id, isFolder } = named
  const { inline } = named.systemUse
  bytes[at] = recordLength(id.length, inline.length)
  both32(view, at + 2, place.extent)
  both32(view, at + 10, place.size)
  put(bytes, at + 18, date)
  bytes[at + 25] = isFolder ? 2 : 0
  both16(view, at + 28, 1)
  bytes[at + 32] = id.length
  put(bytes, at + HEAD, id)
  bytes.set(inline, at + padded(id.length))
  return at + padded(id.length) + inline.length
}

/** Byte by byte: quicker than `set` for so few. */
function put(bytes: Uint8Array, at: number, part: Uint8Array): void {
  for (let index = 0; index < part.length; index++) bytes[at + index] = part[index] ?? 0
}
