import type { CellId } from '../ids.ts'

/** `global`, the cell whose store it is, or `hosts`: what agents remember that run in the process of a cloud. */
export type StoreName = 'global' | 'hosts' | CellId
