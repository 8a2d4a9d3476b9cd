import { Buffer } from 'node:buffer'
import { FATS, SECTOR, ENTRY, type Geometry } from './geometry.ts'

export interface VolumeFacts {
  /** Eleven bytes, padded with spaces. */
  readonly label: Uint8Array
  readonly serial: number
}

/** Where FAT32 keeps a copy of the boot sector, and the count of free clusters. */
const BACKUP = 6
const INFO = 1
/** Jumps to itself: nothing can be booted from here. */
const JUMP = [0xeb, 0xfe, 0x90]

export function writeBootSectors(image: Uint8Array, geometry: Geometry, facts: VolumeFacts, used: number): void {
  writeBootSector(image.subarray(0, SECTOR), geometry, facts)
  if (geometry.bits !== 32) return
  writeInfo(image.subarray(INFO * SECTOR, (INFO + 1) * SECTOR), geometry, used)
  image.copyWithin(BACKUP * SECTOR, 0, 2 * SECTOR)
}

function writeBootSector(sector: Uint8Array, geometry: Geometry, { label, serial }: VolumeFacts): void {
  const { bits, sectors, perCluster, reserved, perFat, root } = geometry
  const view = viewOf(sector)
  sector.set(JUMP)
  sector.set(Buffer.from('novakit '), 3)
  view.setUint16(11, SECTOR, true)
  sector[13] = perCluster
  view.setUint16(14, reserved, true)
  sector[16] = FATS
  view.setUint16(17, (root * SECTOR) / ENTRY, true)
  view.setUint16(19, sectors < 0x1_0000 ? sectors : 0, true)
  sector[21] = 0xf8
  view.setUint16(22, bits === 32 ? 0 : perFat, true)
  view.setUint16(24, 32, true)
  view.setUint16(26, 64, true)
  view.setUint32(32, sectors < 0x1_0000 ? 0 : sectors, true)
  if (bits === 32) writeWide(view, perFat)
  const extended = bits === 32 ? 64 : 36
  sector[extended] = 0x80
  sector[extended + 2] = 0x29
  view.setUint32(extended + 3, serial, true)
  sector.set(label, extended + 7)
  sector.set(Buffer.from(`FAT${bits}   `), extended + 18)
  view.setUint16(510, 0xaa55, true)
}

/** What FAT32 has before the extended part; its root is the first cluster. */
function writeWide(view: DataView, perFat: number): void {
  view.setUint32(36, perFat, true)
  view.setUint32(44, 2, true)
  view.setUint16(48, INFO, true)
  view.setUint16(50, BACKUP, true)
}

function writeInfo(sector: Uint8Array, { clusters }: Geometry, used: number): void {
  const view = viewOf(sector)
  view.setUint32(0, 0x4161_5252, true)
  view.setUint32(484, 0x6141_7272, true)
  view.setUint32(488, clusters - used, true)
  view.setUint32(492, 2 + used, true)
  view.setUint16(510, 0xaa55, true)
}

function viewOf(sector: Uint8Array): DataView {
  return new DataView(sector.buffer, sector.byteOffset, sector.length)
}
