import type { Folder } from './namespace.ts'
import { BLOCK, blocksOf } from './numbers.ts'
import type { SystemUse } from './rock-ridge.ts'

/** Where in the continuation area each overflow of system use stands, from its start. */
export interface Overflows {
  readonly places: ReadonlyMap<SystemUse, number>
  readonly blocks: number
}

/** One behind the other; none lies across the border of two blocks, as a reader takes them block by block. */
export function overflowsOf(folders: readonly Folder[]): Overflows {
  const places = new Map<SystemUse, number>()
  let next = 0
  for (const { systemUse } of folders.flatMap((folder) => folder.records)) {
    const { length } = systemUse.overflow
    if (length === 0 || places.has(systemUse)) continue
    const left = BLOCK - (next % BLOCK)
    const place = length > left ? next + left : next
    places.set(systemUse, place)
    next = place + length
  }
  return { places, blocks: blocksOf(next) }
}
