import { libvirtErrors } from '../errors.ts'
import { decodeFrame, HEADER_BYTES, LARGEST_FRAME, type Frame } from './frame.ts'

/**
 * Cuts what a socket brings into messages. It holds at most one unfinished message, in the pieces in which it came: a
 * length is believed only as far as bytes arrive for it.
 */
export interface FrameSplitter {
  /** @throws `libvirt.malformed` for a length that no message has; nothing can be read after that */
  push(chunk: Buffer): readonly Frame[]
}

export function frameSplitter(largest = LARGEST_FRAME): FrameSplitter {
  let pieces: Buffer[] = []
  let held = 0
  let wanted = 4
  const gather = (): Buffer => {
    const whole = pieces.length === 1 ? (pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(pieces, held)
    pieces = []
    held = 0
    return whole
  }
  return {
    push: (chunk) => {
      pieces.push(chunk)
      held += chunk.length
      if (held < wanted) return []
      const frames: Frame[] = []
      const whole = gather()
      let at = 0
      wanted = 4
      while (whole.length - at >= 4) {
        const length = checkedLength(whole.readUInt32BE(at), largest)
        if (whole.length - at < length) {
          wanted = length
          break
        }
        frames.push(decodeFrame(whole.subarray(at, at + length)))
        at += length
      }
      if (at < whole.length) {
        pieces.push(whole.subarray(at))
        held = whole.length - at
      }
      return frames
    },
  }
}

function checkedLength(length: number, largest: number): number {
  if (length >= HEADER_BYTES && length <= largest) return length
  throw libvirtErrors.malformed({ what: `a message of ${length} bytes` })
}
