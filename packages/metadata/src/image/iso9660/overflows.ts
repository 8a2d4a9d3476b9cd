import type { Entry, Folder } from './namespace.ts'
import { BLOCK, blocksOf } from './numbers.ts'

/** Where in the continuation area each overflow of system use stands, from its start. */
export interface Overflows {
  readonly places: ReadonlyMap<Entry, number>
  readonly blocks: number
}

/** One behind the other; none lies across the border of two blocks, as a reader takes them block by block. */
export function overflowsOf(folders: readonly Folder[]): Overflows {
  const places = new Map<Entry, number>()
  let next = 0
  for (const { records } of folders) {
    for (const entry of records) {
      const { overflow } = entry
      if (overflow === 0) continue
      const left = BLOCK - (next % BLOCK)
      const place = overflow > left ? next + left : next
      places.set(entry, place)
      next = place + overflow
    }
  }
  return { places, blocks: blocksOf(next) }
}
