import { blocksOf } from './numbers.ts'
import type { Folder } from './namespace.ts'
import { pathTableSize } from './path-table.ts'

/** One tree with the blocks that its parts begin at. */
export interface PlacedTree {
  readonly folders: readonly Folder[]
  readonly blockOf: (folder: Folder) => number
  /** In bytes. */
  readonly pathTableSize: number
  readonly littleTable: number
  readonly bigTable: number
  /** The first block behind the tree. */
  readonly end: number
}

/** Both path tables, then the folders. */
export function placeTree(folders: readonly Folder[], begin: number): PlacedTree {
  const size = pathTableSize(folders)
  const blocks = new Map<Folder, number>()
  let next = begin + 2 * blocksOf(size)
  for (const folder of folders) {
    blocks.set(folder, next)
    next += blocksOf(folder.size)
  }
  return {
    folders,
    blockOf: (folder) => blocks.get(folder) ?? 0,
    pathTableSize: size,
    littleTable: begin,
    bigTable: begin + blocksOf(size),
    end: next,
  }
}
