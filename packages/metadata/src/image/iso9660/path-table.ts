import type { Target } from '../target.ts'
import { putId, type Id } from './identifiers.ts'
import type { Folder } from './namespace.ts'

export function pathTableSize(folders: readonly Folder[]): number {
  return folders.reduce((sum, folder) => sum + entryLength(folder), 0)
}

function entryLength({ idLength }: Id): number {
  return 8 + idLength + (idLength % 2)
}

/** Every folder with its place and the number of its parent (ECMA-119, 9.4), in one byte order. */
export function writePathTable(
  { bytes, view }: Target,
  at: number,
  folders: readonly Folder[],
  blockOf: (folder: Folder) => number,
  littleEndian: boolean,
): void {
  let next = at
  for (const folder of folders) {
    bytes[next] = folder.idLength
    view.setUint32(next + 2, blockOf(folder), littleEndian)
    view.setUint16(next + 6, folder.parent, littleEndian)
    putId(bytes, next + 8, folder)
    next += entryLength(folder)
  }
}
