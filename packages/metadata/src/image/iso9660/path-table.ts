import type { Folder } from './namespace.ts'

export function pathTableSize(folders: readonly Folder[]): number {
  return folders.reduce((sum, { id }) => sum + entryLength(id), 0)
}

function entryLength(id: Uint8Array): number {
  return 8 + id.length + (id.length % 2)
}

/** Every folder with its place and the number of its parent (ECMA-119, 9.4), in one byte order. */
export function writePathTable(
  image: Uint8Array,
  at: number,
  folders: readonly Folder[],
  blockOf: (folder: Folder) => number,
  littleEndian: boolean,
): void {
  const view = new DataView(image.buffer, image.byteOffset)
  let next = at
  for (const folder of folders) {
    image[next] = folder.id.length
    view.setUint32(next + 2, blockOf(folder), littleEndian)
    view.setUint16(next + 6, folder.parent.number, littleEndian)
    image.set(folder.id, next + 8)
    next += entryLength(folder.id)
  }
}
