import type { Weigher } from '../decide/weigher.ts'

/** When a server may move to another cell: its own is still the better one. Source: nova/scheduler/weights/cross_cell.py. */
export const crossCellWeigher: Weigher = {
  name: 'CrossCellWeigher',
  multiplier: 1_000_000,
  option: 'cross_cell_move_weight_multiplier',
  readsHostOnly: true,
  reads: ({ destination }) => [destination.cell, destination.allowCrossCellMove],
  ignoresUsage: true,
  scale: [-1, 1],
  applies: ({ destination }) => destination.cell !== null && destination.allowCrossCellMove === true,
  score: (host, { destination }) => (host.cell === destination.cell ? 1 : -1),
}
