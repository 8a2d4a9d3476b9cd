import type { CellId } from '../ids.ts'

/** `global`, or the cell whose store it is. */
export type StoreName = 'global' | CellId
