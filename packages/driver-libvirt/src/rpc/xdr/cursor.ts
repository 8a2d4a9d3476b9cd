import { libvirtErrors } from '../errors.ts'

/** Where a decoder stands in a message. */
export interface Reader {
  readonly buffer: Buffer
  offset: number
}

/** Where an encoder stands; the buffer grows and is replaced. */
export interface Writer {
  buffer: Buffer
  offset: number
}

export function readerOf(buffer: Buffer): Reader {
  return { buffer, offset: 0 }
}

export function emptyWriter(capacity = 256): Writer {
  return { buffer: Buffer.allocUnsafe(capacity), offset: 0 }
}

export function remaining(reader: Reader): number {
  return reader.buffer.length - reader.offset
}

/** Moves on by `count` bytes. @returns where they begin @throws `libvirt.malformed` where so many are not there */
export function take(reader: Reader, count: number): number {
  const start = reader.offset
  if (count > reader.buffer.length - start)
    throw libvirtErrors.malformed({ what: `${count} bytes are wanted where ${remaining(reader)} are left` })
  reader.offset = start + count
  return start
}

/** Makes room for `count` bytes and moves on. @returns where they begin */
export function grow(writer: Writer, count: number): number {
  const start = writer.offset
  const end = start + count
  if (end > writer.buffer.length) {
    const larger = Buffer.allocUnsafe(Math.max(end, writer.buffer.length * 2))
    writer.buffer.copy(larger, 0, 0, start)
    writer.buffer = larger
  }
  writer.offset = end
  return start
}

export function written(writer: Writer): Buffer {
  return writer.buffer.subarray(0, writer.offset)
}

/** XDR rounds every field up to four bytes (RFC 4506, section 3). */
export function padding(length: number): number {
  return (4 - (length & 3)) & 3
}
