import type { Buffer } from 'node:buffer'
import { fault, truncated, type Ends, type Fault, type Found, type Probe } from '../inspection.ts'
import { readAll, u64be, type Reads } from '../reads.ts'

/** Microsoft, Virtual Hard Disk Image Format Specification 1.0. QEMU calls it vpc. */
export const vhd: Probe = { format: 'vhd', probe }

const FOOTER = 512
const COOKIE = 'conectix'
const FIXED = 2
const DYNAMIC = 3
const DIFFERENCING = 4
const CHECKSUM = 64

/** A dynamic image has its footer at both ends, a fixed one only at the end. */
function* probe({ head, tail, size }: Ends): Reads<Found | null> {
  const atStart = head.toString('latin1', 0, 8) === COOKIE
  const last = tail.subarray(Math.max(0, tail.length - FOOTER))
  const atEnd = last.length === FOOTER && last.toString('latin1', 0, 8) === COOKIE
  if (!atStart && !atEnd) return null
  const footer = atStart ? head.subarray(0, FOOTER) : last
  if (footer.length < FOOTER) return truncated('the VHD footer')
  return { virtualSize: u64be(footer, 48), faults: yield* faultsOf(footer, atStart, size) }
}

function* faultsOf(footer: Buffer, atStart: boolean, size: number): Reads<readonly Fault[]> {
  if (checksum(footer) !== footer.readUInt32BE(CHECKSUM))
    return [fault('malformed', 'the checksum of its footer is wrong')]
  const type = footer.readUInt32BE(60)
  if (type === DIFFERENCING) return [fault('backing_file', 'it holds what differs from a parent')]
  if (type === FIXED) return atStart ? [fault('malformed', 'it is fixed, and begins with a footer')] : []
  if (type !== DYNAMIC) return [fault('unknown_feature', `its disk type is ${type}`)]
  return yield* dynamicHeader(u64be(footer, 16), u64be(footer, 48), size)
}

function* dynamicHeader(at: number, virtualSize: number, size: number): Reads<readonly Fault[]> {
  const header = yield* readAll(at, 1024)
  if (header === null) return [fault('truncated', 'its dynamic header is not within the file')]
  if (header.toString('latin1', 0, 8) !== 'cxsparse') return [fault('malformed', 'it has no dynamic header')]
  const parent = header.subarray(40, 56)
  if (parent.some((byte) => byte !== 0)) return [fault('backing_file', 'it names a parent')]
  const blockSize = header.readUInt32BE(32)
  const entries = header.readUInt32BE(28)
  if (blockSize < 512 || entries * blockSize < virtualSize) {
    return [fault('malformed', 'its block table is too short for its virtual size')]
  }
  if (u64be(header, 16) + 4 * entries > size) return [fault('truncated', 'its block table is not within the file')]
  return []
}

/** One's complement of the sum of all bytes but its own four. */
function checksum(footer: Buffer): number {
  let sum = 0
  for (const [at, byte] of footer.entries()) if (at < CHECKSUM || at >= CHECKSUM + 4) sum += byte
  return ~sum >>> 0
}
