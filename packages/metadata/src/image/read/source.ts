import { driveImageErrors } from '../errors.ts'

/** Bytes that are never read past their end: what lies there is told as `drive_image.malformed`. */
export interface Source {
  readonly length: number
  byte(at: number): number
  /** Little-endian. */
  u16(at: number): number
  u32(at: number): number
  /** Big-endian. */
  wide(at: number, length: number): string
  latin(at: number, length: number): string
  slice(at: number, length: number): Uint8Array
  part(at: number, length: number): Source
}

/** A byte order mark at the front of a name is part of it. */
export const AS_IT_IS = { ignoreBOM: true } as const

export function sourceOf(bytes: Uint8Array): Source {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const check = (at: number, length: number): void => {
    if (at >= 0 && length >= 0 && at + length <= bytes.length) return
    throw driveImageErrors.malformed({ what: `something is said to be at byte ${at}, past the end` })
  }
  const checked =
    <Value>(length: number, read: (at: number) => Value) =>
    (at: number): Value => {
      check(at, length)
      return read(at)
    }
  const slice = (at: number, length: number): Uint8Array => {
    check(at, length)
    return bytes.subarray(at, at + length)
  }
  return {
    length: bytes.length,
    byte: checked(1, (at) => view.getUint8(at)),
    u16: checked(2, (at) => view.getUint16(at, true)),
    u32: checked(4, (at) => view.getUint32(at, true)),
    wide: (at, length) => new TextDecoder('utf-16be', AS_IT_IS).decode(slice(at, length)),
    latin: (at, length) => String.fromCharCode(...slice(at, length)),
    slice,
    part: (at, length) => sourceOf(slice(at, length)),
  }
}
