import type { HostCell, HostTopology } from '../hardware/host/topology.ts'
import type { PciPool } from '../hardware/pci/pools.ts'

export interface CellOptions extends Partial<Omit<HostCell, 'id' | 'siblings'>> {
  /** Threads of each core, of which neighbours make one. Default 1. */
  readonly threads?: number
  readonly siblings?: HostCell['siblings']
}

/** A NUMA cell with 4 GiB and the processors `4 × id` … `4 × id + 3`, both to share and to give out. */
export function cell(id: number, options: CellOptions = {}): HostCell {
  const { threads = 1, ...given } = options
  const own = [0, 1, 2, 3].map((at) => 4 * id + at)
  const dedicated = given.dedicated ?? own
  const all = [...new Set([...(given.shared ?? dedicated), ...dedicated])].toSorted((a, b) => a - b)
  const siblings = all.flatMap((_, at) => (at % threads === 0 ? [all.slice(at, at + threads)] : []))
  const plain = { pinned: [], sharedUsed: 0, memory: 4096, memoryUsed: 0, pages: [], socket: null, networks: null }
  return { id, shared: dedicated, dedicated, siblings, ...plain, ...given }
}

export function numa(...cells: readonly HostCell[]): HostTopology {
  return { cells }
}

/** Free devices that are alike: `devices(2, { vendor_id: '10de' }, 0)` at the cell 0. */
export function devices(count: number, tags: PciPool['tags'], numaNode: number | null = null): PciPool {
  return { count, numaNode, tags, provider: null }
}
