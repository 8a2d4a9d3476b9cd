import { emptyWriter, grow, written, type Writer } from '../xdr/cursor.ts'

/** Programs that a libvirt daemon speaks on one connection. */
export const program = { remote: 0x20008086, qemu: 0x20008087, keepalive: 0x6b656570 } as const
export type Program = (typeof program)[keyof typeof program]

export const messageType = { call: 0, reply: 1, event: 2, stream: 3, streamHole: 6 } as const
export const status = { ok: 0, error: 1, more: 2 } as const

/** Every program has only ever had version 1. */
const VERSION = 1
/** Length, program, version, procedure, type, serial, status: four bytes each. */
export const HEADER_BYTES = 28
/** The largest message that libvirt takes or sends, its length field included. */
export const LARGEST_FRAME = 32 * 2 ** 20 + 4

export interface Header {
  readonly program: number
  readonly procedure: number
  readonly type: number
  readonly serial: number
  readonly status: number
}

/** One message: its header, and what follows it. */
export interface Frame extends Header {
  readonly version: number
  readonly body: Buffer
}

/** @param write fills the body */
export function encodeFrame(header: Header, write?: (writer: Writer) => void, sizeHint = 256): Buffer {
  const writer = emptyWriter(HEADER_BYTES + sizeHint)
  grow(writer, HEADER_BYTES)
  write?.(writer)
  const frame = written(writer)
  frame.writeUInt32BE(frame.length, 0)
  frame.writeUInt32BE(header.program, 4)
  frame.writeUInt32BE(VERSION, 8)
  frame.writeInt32BE(header.procedure, 12)
  frame.writeInt32BE(header.type, 16)
  frame.writeUInt32BE(header.serial, 20)
  frame.writeInt32BE(header.status, 24)
  return frame
}

/** @param frame one whole message, length field included */
export function decodeFrame(frame: Buffer): Frame {
  return {
    program: frame.readUInt32BE(4),
    version: frame.readUInt32BE(8),
    procedure: frame.readInt32BE(12),
    type: frame.readInt32BE(16),
    serial: frame.readUInt32BE(20),
    status: frame.readInt32BE(24),
    body: frame.subarray(HEADER_BYTES),
  }
}
