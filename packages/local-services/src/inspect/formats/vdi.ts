import type { Buffer } from 'node:buffer'
import { fault, truncated, type Ends, type Fault, type Found, type Probe } from '../inspection.ts'
import { u64le, type Reads } from '../reads.ts'

/** VirtualBox images, as QEMU reads them (block/vdi.c). */
export const vdi: Probe = { format: 'vdi', probe }

const AT = { signature: 0x40, version: 0x44, type: 0x4c, map: 0x154, diskSize: 0x170, blockSize: 0x178, blocks: 0x180 }
const LINKS = { at: 0x1a8, length: 32 }
const HEADER = 512
const DYNAMIC = 1
const FIXED = 2

// oxlint-disable-next-line require-yield -- its header stands in the head
function* probe({ head, size }: Ends): Reads<Found | null> {
  if (head.length < AT.signature + 4 || head.readUInt32LE(AT.signature) !== 0xbeda107f) return null
  if (head.length < HEADER) return truncated('the VDI header')
  return { virtualSize: u64le(head, AT.diskSize), faults: faultsOf(head, size) }
}

function faultsOf(head: Buffer, size: number): readonly Fault[] {
  const faults: Fault[] = []
  const version = head.readUInt32LE(AT.version)
  if (version !== 0x00010001) faults.push(fault('unknown_feature', `it is VDI version 0x${version.toString(16)}`))
  const type = head.readUInt32LE(AT.type)
  const linked = head.subarray(LINKS.at, LINKS.at + LINKS.length).some((byte) => byte !== 0)
  if (linked || (type !== DYNAMIC && type !== FIXED)) {
    faults.push(fault('backing_file', 'it is no image by itself: it holds what differs from another'))
  }
  const blockSize = head.readUInt32LE(AT.blockSize)
  if (blockSize !== 2 ** 20) faults.push(fault('malformed', `its blocks have ${blockSize} bytes`))
  else if (head.readUInt32LE(AT.blocks) < Math.ceil(u64le(head, AT.diskSize) / blockSize)) {
    faults.push(fault('malformed', 'its block map is too short for its virtual size'))
  }
  if (head.readUInt32LE(AT.map) + 4 * head.readUInt32LE(AT.blocks) > size) {
    faults.push(fault('truncated', 'its block map is not within the file'))
  }
  return faults
}
