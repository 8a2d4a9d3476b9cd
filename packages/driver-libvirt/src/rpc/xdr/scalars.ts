import { libvirtErrors } from '../errors.ts'
import type { Codec } from './codec.ts'
import { grow, padding, take, type Reader, type Writer } from './cursor.ts'

/** libvirt's own limit, REMOTE_STRING_MAX. */
const LONGEST_TEXT = 4 * 2 ** 20

function whole(value: number, low: number, high: number, shape: string): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value
  throw libvirtErrors.invalid_argument({ what: `${String(value).slice(0, 40)} is no ${shape}` })
}

function whole64(value: bigint | number, low: bigint, high: bigint, shape: string): bigint {
  const exact = typeof value === 'bigint' ? value : Number.isSafeInteger(value) ? BigInt(value) : null
  if (exact !== null && exact >= low && exact <= high) return exact
  throw libvirtErrors.invalid_argument({ what: `${String(value).slice(0, 40)} is no ${shape}` })
}

// In each `write`, `grow` comes in a statement of its own: it may replace the buffer that is written to.

export const int32: Codec<number> = {
  shape: 'int',
  read: (reader) => reader.buffer.readInt32BE(take(reader, 4)),
  write: (writer, value) => {
    const at = grow(writer, 4)
    writer.buffer.writeInt32BE(whole(value, -(2 ** 31), 2 ** 31 - 1, 'int'), at)
  },
}

export const uint32: Codec<number> = {
  shape: 'uint',
  read: (reader) => reader.buffer.readUInt32BE(take(reader, 4)),
  write: (writer, value) => writeLength(writer, whole(value, 0, 2 ** 32 - 1, 'uint')),
}

/** Read as bigint; a safe integer may be given. */
export const int64: Codec<bigint, bigint | number> = {
  shape: 'hyper',
  read: (reader) => reader.buffer.readBigInt64BE(take(reader, 8)),
  write: (writer, value) => {
    const at = grow(writer, 8)
    writer.buffer.writeBigInt64BE(whole64(value, -(2n ** 63n), 2n ** 63n - 1n, 'hyper'), at)
  },
}

/** Read as bigint; a safe integer may be given. */
export const uint64: Codec<bigint, bigint | number> = {
  shape: 'uhyper',
  read: (reader) => reader.buffer.readBigUInt64BE(take(reader, 8)),
  write: (writer, value) => {
    const at = grow(writer, 8)
    writer.buffer.writeBigUInt64BE(whole64(value, 0n, 2n ** 64n - 1n, 'uhyper'), at)
  },
}

export const double: Codec<number> = {
  shape: 'double',
  read: (reader) => reader.buffer.readDoubleBE(take(reader, 8)),
  write: (writer, value) => {
    const at = grow(writer, 8)
    writer.buffer.writeDoubleBE(value, at)
  },
}

/** An `int` that is asked only whether it is zero. */
export const truth: Codec<boolean> = {
  shape: 'int',
  read: (reader) => int32.read(reader) !== 0,
  write: (writer, value) => int32.write(writer, value ? 1 : 0),
}

/** UTF-8; what is not is read as U+FFFD. A NUL would end it early on the other side, so none is written. */
export const text: Codec<string> = {
  shape: 'string',
  read: (reader) => {
    const length = uint32.read(reader)
    const start = takePadded(reader, length)
    return reader.buffer.toString('utf8', start, start + length)
  },
  write: (writer, value) => {
    if (value.includes('\0')) throw libvirtErrors.invalid_argument({ what: 'a text has a NUL in it' })
    const length = Buffer.byteLength(value)
    if (length > LONGEST_TEXT) throw libvirtErrors.invalid_argument({ what: `a text of ${length} bytes is too long` })
    writeLength(writer, length)
    const start = grow(writer, length)
    writer.buffer.write(value, start, length, 'utf8')
    pad(writer, length)
  },
}

/** A copy, so that it outlives the message. */
export const bytes: Codec<Buffer, Uint8Array> = {
  shape: 'opaque<>',
  read: (reader) => {
    const length = uint32.read(reader)
    const start = takePadded(reader, length)
    return Buffer.from(reader.buffer.subarray(start, start + length))
  },
  write: (writer, value) => {
    writeLength(writer, value.length)
    const start = grow(writer, value.length)
    writer.buffer.set(value, start)
    pad(writer, value.length)
  },
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i

/** Sixteen bytes, as text in lower case with dashes. */
export const uuid: Codec<string> = {
  shape: 'opaque[16]',
  read: (reader) => {
    const start = take(reader, 16)
    const hex = reader.buffer.toString('hex', start, start + 16)
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  },
  write: (writer, value) => {
    if (!UUID.test(value)) throw libvirtErrors.invalid_argument({ what: `${value.slice(0, 40)} is no UUID` })
    const start = grow(writer, 16)
    writer.buffer.write(value.replaceAll('-', ''), start, 16, 'hex')
  },
}

/** A fixed array of `char`, each in four bytes of its own, ended by a zero. */
export function charArray(length: number): Codec<string> {
  return {
    shape: `char[${length}]`,
    read: (reader) => {
      const units = Array.from({ length }, () => int32.read(reader) & 0xff)
      const end = units.indexOf(0)
      return Buffer.from(end === -1 ? units : units.slice(0, end)).toString('utf8')
    },
    write: (writer, value) => {
      const units = Buffer.from(value)
      for (let at = 0; at < length; at++) int32.write(writer, units[at] ?? 0)
    },
  }
}

/** As {@link charArray}, of any length: a count first. */
export const chars: Codec<string> = {
  shape: '(char)<>',
  read: (reader) => {
    const count = uint32.read(reader)
    const start = take(reader, count * 4)
    const units = Array.from({ length: count }, (_, at) => reader.buffer.readInt32BE(start + at * 4) & 0xff)
    return Buffer.from(units).toString('utf8').replace(/\0.*$/s, '')
  },
  write: (writer, value) => {
    const units = Buffer.from(value)
    uint32.write(writer, units.length)
    for (const unit of units) int32.write(writer, unit)
  },
}

function writeLength(writer: Writer, length: number): void {
  const at = grow(writer, 4)
  writer.buffer.writeUInt32BE(length, at)
}

function takePadded(reader: Reader, length: number): number {
  const start = take(reader, length)
  take(reader, padding(length))
  return start
}

function pad(writer: Writer, length: number): void {
  const count = padding(length)
  const at = grow(writer, count)
  writer.buffer.fill(0, at, at + count)
}
