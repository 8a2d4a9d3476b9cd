import type { Buffer } from 'node:buffer'
import { fault, truncated, type Ends, type Fault, type Found, type Probe } from '../inspection.ts'
import { LONGEST_READ, read, u64le, type Reads } from '../reads.ts'
import { descriptorFaults } from './vmdk-descriptor.ts'

/**
 * VMware, Virtual Disk Format 5.0: only the sparse kinds that are one file, monolithicSparse and streamOptimized. What
 * begins with a text instead names its data files itself, and QEMU opens whatever is named.
 */
export const vmdk: Probe = { format: 'vmdk', probe }

const SECTOR = 512
const AT = {
  version: 4,
  capacity: 12,
  grainSize: 20,
  descriptor: 28,
  descriptorSize: 36,
  entriesPerTable: 44,
  directory: 56,
}
const GRAIN_DIRECTORY_AT_END = 0xffffffffffffffffn
/** QEMU looks there for the name of a parent, whatever the header says (block/vmdk.c, `vmdk_parent_open`). */
const PARENT_HINT = { at: 0x200, length: 20 * SECTOR }

function* probe(ends: Ends): Reads<Found | null> {
  const { head } = ends
  const mark = head.toString('latin1', 0, 4)
  if (mark === 'COWD') return refused('foreign_extents', 'it is a part of an ESX image')
  if (isDescriptor(head)) return refused('foreign_extents', 'it is a descriptor, which names other files')
  if (mark !== 'KDMV') return null
  if (head.length < SECTOR) return truncated('the VMDK header')
  const virtualSize = u64le(head, AT.capacity) * SECTOR
  return { virtualSize, faults: [...header(head), ...footer(ends), ...(yield* descriptor(ends))] }
}

function refused(code: Fault['code'], what: string): Found {
  return { virtualSize: null, faults: [fault(code, what)] }
}

/** By the measure of QEMU's `vmdk_probe`: after comments and empty lines, a line with a version. */
function isDescriptor(head: Buffer): boolean {
  const text = head.toString('latin1', 0, 16 * 1024)
  return text.startsWith('# Disk DescriptorFile') || /^(?:#[^\n]*\n|[ \t\r]*\n)*version=[123]\r?\n/.test(text)
}

function header(head: Buffer): readonly Fault[] {
  const faults: Fault[] = []
  const version = head.readUInt32LE(AT.version)
  if (version < 1 || version > 3) faults.push(fault('unknown_feature', `it is VMDK version ${version}`))
  // QEMU then takes the file for a descriptor.
  if (u64le(head, AT.capacity) === 0) faults.push(fault('foreign_extents', 'it has no capacity of its own'))
  const grain = u64le(head, AT.grainSize)
  if (grain < 1 || grain > 128 * 1024) faults.push(fault('malformed', `its grains have ${grain} sectors`))
  const entries = head.readUInt32LE(AT.entriesPerTable)
  if (entries < 1 || entries > 512) faults.push(fault('malformed', `its grain tables have ${entries} entries`))
  return faults
}

/** A stream has a second header at its end, which readers prefer: it must say the same. */
function footer({ head, tail, size }: Ends): readonly Fault[] {
  if (head.readBigUInt64LE(AT.directory) !== GRAIN_DIRECTORY_AT_END) return []
  const second = tail.subarray(SECTOR, 2 * SECTOR)
  if (size < 4 * SECTOR || second.length < SECTOR) return [fault('truncated', 'it ends before its footer')]
  const [a, b] = [head, second].map((one) => [one.subarray(0, AT.directory), one.subarray(AT.directory + 8, SECTOR)])
  const same = a?.every((part, at) => b?.[at]?.equals(part) === true)
  return same === true ? [] : [fault('malformed', 'its footer and its header differ')]
}

function* descriptor({ head, size }: Ends): Reads<readonly Fault[]> {
  const hint = head.subarray(PARENT_HINT.at, PARENT_HINT.at + PARENT_HINT.length)
  if (/parentFileNameHint/i.test(hint.toString('latin1'))) return [fault('backing_file', 'it names a parent')]
  const offset = u64le(head, AT.descriptor) * SECTOR
  const length = u64le(head, AT.descriptorSize) * SECTOR
  if (offset === 0) return [fault('malformed', 'it has no descriptor')]
  if (length > LONGEST_READ) return [fault('malformed', `its descriptor has ${length} bytes`)]
  if (offset + length > size) return [fault('truncated', 'its descriptor is not within the file')]
  const bytes = yield* read(offset, length)
  const text = bytes.toString('latin1')
  return descriptorFaults(text.slice(0, text.indexOf('\0') === -1 ? undefined : text.indexOf('\0')))
}
