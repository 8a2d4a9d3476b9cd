/** ISO 9660 writes most numbers twice: little-endian, then big-endian (ECMA-119, 7.2.3 and 7.3.3). */
export function both16(view: DataView, at: number, value: number): void {
  view.setUint16(at, value, true)
  view.setUint16(at + 2, value, false)
}

export function both32(view: DataView, at: number, value: number): void {
  view.setUint32(at, value, true)
  view.setUint32(at + 4, value, false)
}

/** Bytes of a block, and of a sector. */
export const BLOCK = 2048

export function blocksOf(bytes: number): number {
  return Math.ceil(bytes / BLOCK)
}
