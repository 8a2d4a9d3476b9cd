import { FATS, SECTOR, type Geometry } from './geometry.ts'

/** A run of clusters, one behind the other. */
export interface Run {
  /** Zero, with a length of zero, for what holds nothing. */
  readonly first: number
  readonly length: number
}

/** Writes all runs as chains into both copies of the table. The first two entries hold the medium and ones. */
export function writeTables(image: Uint8Array, geometry: Geometry, runs: Iterable<Run>): void {
  const { bits, reserved, perFat } = geometry
  const ones = 2 ** (bits === 32 ? 28 : bits) - 1
  const begin = reserved * SECTOR
  const view = new DataView(image.buffer, begin, perFat * SECTOR)
  const write = { 12: write12, 16: write16, 32: write32 }[bits]
  write(view, 0, ones - 0xff + 0xf8)
  write(view, 1, ones)
  for (const { first, length } of runs) {
    for (let cluster = first; cluster < first + length; cluster++) {
      write(view, cluster, cluster === first + length - 1 ? ones : cluster + 1)
    }
  }
  for (let copy = 1; copy < FATS; copy++) {
    image.copyWithin(begin + copy * perFat * SECTOR, begin, begin + perFat * SECTOR)
  }
}

/** Two entries share three bytes. */
function write12(view: DataView, cluster: number, value: number): void {
  const at = cluster + (cluster >> 1)
  const there = view.getUint16(at, true)
  view.setUint16(at, cluster % 2 === 0 ? (there & 0xf000) | value : (there & 0x000f) | (value << 4), true)
}

function write16(view: DataView, cluster: number, value: number): void {
  view.setUint16(2 * cluster, value, true)
}

function write32(view: DataView, cluster: number, value: number): void {
  view.setUint32(4 * cluster, value, true)
}
