import { TextDecoder } from 'node:util'
import { transportErrors } from '../../domain/message/errors.ts'

const HEADER_BYTES = 4

/** A message on the stream: its length in bytes as 32 bits, most significant first, then UTF-8. */
export function framed(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const frame = Buffer.allocUnsafe(HEADER_BYTES + length)
  frame.writeUInt32BE(length, 0)
  frame.write(text, HEADER_BYTES)
  return frame
}

/** Cuts a stream of bytes into the messages in it. */
export interface FrameReader {
  /**
   * The messages that these bytes complete.
   * @throws `transport.too_large` as soon as a length over the limit is read, `transport.malformed` for what is not UTF-8
   */
  push(chunk: Buffer): readonly string[]
  /** A message has begun and not ended. */
  readonly partial: boolean
}

export function frameReader(max: number): FrameReader {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let chunks: Buffer[] = []
  let size = 0
  let wanted = HEADER_BYTES
  return {
    push: (chunk) => {
      chunks.push(chunk)
      size += chunk.length
      // Joined only once there is something to read: a large message comes in many chunks.
      if (size < wanted) return []
      let rest = chunks.length === 1 ? chunk : Buffer.concat(chunks)
      const texts: string[] = []
      for (wanted = needed(rest, max); rest.length >= wanted; wanted = needed(rest, max)) {
        texts.push(decoded(utf8, rest.subarray(HEADER_BYTES, wanted)))
        rest = rest.subarray(wanted)
      }
      chunks = rest.length === 0 ? [] : [rest]
      size = rest.length
      return texts
    },
    get partial() {
      return size > 0
    },
  }
}

/** How many bytes there must be for the next step: a header, or a header and what it announces. */
function needed(buffer: Buffer, max: number): number {
  if (buffer.length < HEADER_BYTES) return HEADER_BYTES
  const bytes = buffer.readUInt32BE(0)
  if (bytes > max) throw transportErrors.too_large({ bytes, max })
  return HEADER_BYTES + bytes
}

function decoded(utf8: TextDecoder, bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw transportErrors.malformed({ what: 'it is not UTF-8' })
  }
}
