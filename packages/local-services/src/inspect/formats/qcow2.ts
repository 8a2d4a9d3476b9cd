import type { Buffer } from 'node:buffer'
import { fault, truncated, type Ends, type Fault, type Found, type Probe } from '../inspection.ts'
import { LONGEST_READ, read, u64be, type Reads } from '../reads.ts'

/** QEMU, docs/interop/qcow2.txt. */
export const qcow2: Probe = { format: 'qcow2', probe }

const V2_HEADER = 72
const V3_HEADER = 104
/** QEMU refuses larger ones. */
const LARGEST_L1 = 32 * 2 ** 20
/** Incompatible features that change nothing about where the data are: dirty, compression type, extended L2 entries. */
const HARMLESS = 0b11001n
const CORRUPT = 0b10n
const EXTERNAL_DATA = 0b100n
const EXTENSION = { end: 0, externalData: 0x44415441 }

function* probe({ size, head }: Ends): Reads<Found | null> {
  if (head.length < 4 || head.readUInt32BE(0) !== 0x514649fb) return null
  if (head.length < V2_HEADER) return truncated('the qcow2 header')
  const version = head.readUInt32BE(4)
  if (version !== 2 && version !== 3) {
    return { virtualSize: null, faults: [fault('unknown_feature', `it is qcow version ${version}, not 2 or 3`)] }
  }
  if (version === 3 && head.length < V3_HEADER) return truncated('the qcow2 header')
  const virtualSize = u64be(head, 24)
  return {
    virtualSize,
    faults: [
      ...references(head, version),
      ...(version === 3 ? features(head) : []),
      ...geometry(head, version, size, virtualSize),
      ...(yield* extensions(head, version, size)),
    ],
  }
}

function references(head: Buffer, version: number): readonly Fault[] {
  const faults: Fault[] = []
  if (u64be(head, 8) !== 0 || head.readUInt32BE(16) !== 0) {
    faults.push(fault('backing_file', 'it is built on a backing file'))
  }
  if (head.readUInt32BE(32) !== 0) faults.push(fault('encrypted', 'it is encrypted'))
  if (version === 3 && head.readUInt32BE(96) > 6) faults.push(fault('malformed', 'its refcounts are too wide'))
  return faults
}

function features(head: Buffer): readonly Fault[] {
  const incompatible = head.readBigUInt64BE(72)
  const faults: Fault[] = []
  if ((incompatible & EXTERNAL_DATA) !== 0n) faults.push(fault('external_data_file', 'its data are in another file'))
  if ((incompatible & CORRUPT) !== 0n) faults.push(fault('corrupt', 'it is marked as corrupt'))
  if ((incompatible & ~(HARMLESS | CORRUPT | EXTERNAL_DATA)) !== 0n) {
    faults.push(fault('unknown_feature', `it needs unknown features (0x${incompatible.toString(16)})`))
  }
  return faults
}

/** What QEMU would find out too, but only after it had made room for it. */
function geometry(head: Buffer, version: number, size: number, virtualSize: number): readonly Fault[] {
  const clusterBits = head.readUInt32BE(20)
  if (clusterBits < 9 || clusterBits > 21) return [fault('malformed', `its clusters have 2^${clusterBits} bytes`)]
  const cluster = 2 ** clusterBits
  const faults: Fault[] = []
  const headerLength = version === 3 ? head.readUInt32BE(100) : V2_HEADER
  if (headerLength < (version === 3 ? V3_HEADER : V2_HEADER) || headerLength > cluster || headerLength % 8 !== 0) {
    faults.push(fault('malformed', `its header has ${headerLength} bytes`))
  }
  const entries = head.readUInt32BE(36)
  const entrySize = version === 3 && (head.readBigUInt64BE(72) & 16n) !== 0n ? 16 : 8
  const perEntry = cluster * (cluster / entrySize)
  if (entries * 8 > LARGEST_L1) faults.push(fault('malformed', 'its first table is larger than QEMU reads'))
  else if (entries < Math.ceil(virtualSize / perEntry)) {
    faults.push(fault('malformed', 'its first table is too short for its virtual size'))
  }
  const l1 = u64be(head, 40)
  if (entries > 0 && (l1 % cluster !== 0 || l1 + entries * 8 > size)) {
    faults.push(fault('truncated', 'its first table is not within the file'))
  }
  const refcounts = u64be(head, 48)
  if (refcounts === 0 || refcounts % cluster !== 0 || refcounts >= size) {
    faults.push(fault('truncated', 'its refcount table is not within the file'))
  }
  return faults
}

/** Header extensions end with the first cluster, or with the one of type 0. */
function* extensions(head: Buffer, version: number, size: number): Reads<readonly Fault[]> {
  const start = version === 3 ? head.readUInt32BE(100) : V2_HEADER
  const end = Math.min(2 ** Math.min(head.readUInt32BE(20), 21), size)
  const area = yield* read(start, Math.min(end - start, LONGEST_READ))
  for (let at = 0; at + 8 <= area.length;) {
    const type = area.readUInt32BE(at)
    if (type === EXTENSION.end) return []
    if (type === EXTENSION.externalData) return [fault('external_data_file', 'it names a file for its data')]
    const length = area.readUInt32BE(at + 4)
    if (at + 8 + length > area.length) return [fault('malformed', 'a header extension does not end where it should')]
    at += 8 + Math.ceil(length / 8) * 8
  }
  return area.length < LONGEST_READ ? [] : [fault('malformed', 'its header extensions do not end')]
}
