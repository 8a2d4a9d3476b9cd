import type { GuestTopology } from '../guest/topology.ts'
import type { FittedCell } from './fit-cell.ts'
import type { FittedTopology } from './fit-topology.ts'
import type { HostCell, HostPages, HostTopology } from './topology.ts'

/**
 * The host's topology with a guest on it. Source: nova/virt/hardware.py, `numa_usage_from_instance_numa`.
 */
export function takeTopology(host: HostTopology, guest: GuestTopology, fitted: FittedTopology): HostTopology {
  return {
    cells: host.cells.map((cell) =>
      fitted.cells.filter((each) => each.host === cell.id).reduce((left, each) => taken(left, each, guest), cell),
    ),
  }
}

function taken(cell: HostCell, fitted: FittedCell, { policy, threads }: GuestTopology): HostCell {
  const own = new Set([...fitted.pins.values(), ...fitted.reserved])
  // A core that is not to be shared is gone with all its threads.
  const gone =
    threads === 'isolate' ? cell.siblings.filter((core) => core.some((cpu) => own.has(cpu))).flat() : [...own]
  const isPinned = policy === 'dedicated' || policy === 'mixed'
  return {
    ...cell,
    memoryUsed: cell.memoryUsed + fitted.guest.memory,
    sharedUsed: cell.sharedUsed + fitted.guest.shared.size,
    pages: pagesAfter(cell.pages, fitted),
    pinned: isPinned ? [...new Set([...cell.pinned, ...gone])] : cell.pinned,
  }
}

function pagesAfter(pages: readonly HostPages[], { pageSize, guest }: FittedCell): readonly HostPages[] {
  const size = pageSize ?? Math.min(...pages.map((each) => each.size))
  return pages.map((each) =>
    each.size === size ? { ...each, used: each.used + Math.ceil((guest.memory * 1024) / size) } : each,
  )
}
