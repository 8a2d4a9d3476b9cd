import { libvirtErrors } from '../errors.ts'
import { decodeFrame, HEADER_BYTES, LARGEST_FRAME, type Frame } from './frame.ts'

/**
 * Cuts what a socket brings into messages. It holds at most one unfinished message, and no more than twice as much as
 * has come of it, in however small pieces: an announced length is believed only as far as bytes arrive for it.
 */
export interface FrameSplitter {
  /** @throws `libvirt.malformed` for a length that no message has; nothing can be read after that */
  push(chunk: Buffer): readonly Frame[]
}

export function frameSplitter(largest = LARGEST_FRAME): FrameSplitter {
  let store = Buffer.alloc(0)
  let held = 0
  let wanted = 4
  /** All that is there; the chunk itself where nothing was held. */
  const joined = (chunk: Buffer): Buffer => {
    if (held === 0) return chunk
    keep(chunk)
    return store.subarray(0, held)
  }
  const keep = (bytes: Buffer): void => {
    if (held + bytes.length > store.length) {
      const larger = Buffer.allocUnsafe((held + bytes.length) * 2)
      store.copy(larger, 0, 0, held)
      store = larger
    }
    held += bytes.copy(store, held)
  }
  return {
    push: (chunk) => {
      const there = joined(chunk)
      if (held > 0 && held < wanted) return []
      const frames: Frame[] = []
      let at = 0
      wanted = 4
      while (there.length - at >= 4) {
        const length = checkedLength(there.readUInt32BE(at), largest)
        if (there.length - at < length) {
          wanted = length
          break
        }
        frames.push(decodeFrame(there.subarray(at, at + length)))
        at += length
      }
      if (held > 0 && at === 0) return frames
      // The messages look into the memory that they came in, so what is left goes to some of its own.
      held = 0
      store = Buffer.alloc(0)
      if (at < there.length) keep(there.subarray(at))
      return frames
    },
  }
}

function checkedLength(length: number, largest: number): number {
  if (length >= HEADER_BYTES && length <= largest) return length
  throw libvirtErrors.malformed({ what: `a message of ${length} bytes` })
}
