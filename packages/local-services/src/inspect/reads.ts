import { Buffer } from 'node:buffer'

/** A stretch of a file that an inspection wants to see. */
export interface ReadRequest {
  readonly offset: number
  readonly length: number
}

/**
 * An inspection that asks for bytes and knows nothing of files. Whoever runs it answers each request with what there is
 * at that place: fewer bytes than asked for, or none, where the file ends.
 */
export type Reads<T> = Generator<ReadRequest, T, Uint8Array>

/** No header needs more at once. */
export const LONGEST_READ = 64 * 1024

/** What there is at a place: fewer bytes at the end of a file. */
export function* read(offset: number, length: number): Reads<Buffer> {
  if (!Number.isSafeInteger(offset) || offset < 0 || length <= 0) return Buffer.alloc(0)
  const bytes = yield { offset, length: Math.min(length, LONGEST_READ) }
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, length, LONGEST_READ))
}

/** All of it, or null where the file ends before. */
export function* readAll(offset: number, length: number): Reads<Buffer | null> {
  const bytes = yield* read(offset, length)
  return bytes.length === length ? bytes : null
}

/** Runs an inspection over bytes in memory. */
export function runOver<T>(bytes: Uint8Array, inspection: Reads<T>): T {
  let step = inspection.next()
  while (step.done !== true) {
    const { offset, length } = step.value
    step = inspection.next(bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + length, bytes.length)))
  }
  return step.value
}

/** A 64-bit field as a number. Beyond 2^53 it is not exact, and beyond every limit. */
export const u64be = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64BE(at))
export const u64le = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at))
