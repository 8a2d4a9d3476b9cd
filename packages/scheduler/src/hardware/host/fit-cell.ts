import type { GuestCell, GuestTopology } from '../guest/topology.ts'
import { packOntoCores, type Pinning } from './pack-cores.ts'
import { freeDedicated, freeMemory, type HostCell, type HostPages } from './topology.ts'

/** One NUMA node of a guest on one of the host. */
export interface FittedCell extends Pinning {
  /** The host cell's id. */
  readonly host: number
  readonly guest: GuestCell
  /** KiB; null: whatever the host's smallest is. */
  readonly pageSize: number | null
}

/** How far a host may be overcommitted, cell by cell. */
export interface FitLimits {
  readonly cpuRatio: number
  readonly memoryRatio: number
}

/**
 * The guest's cell on the host's, or null where it does not fit: pages, memory, processors, cores, and for shared
 * processors the limits of overcommit.
 * Source: nova/virt/hardware.py, `_numa_fit_instance_cell`.
 * @param reserve host processors for the guest's emulator
 */
export function fitCell(
  host: HostCell,
  guest: GuestCell,
  topology: GuestTopology,
  limits: FitLimits | null,
  reserve: number,
): FittedCell | null {
  const isPinned = topology.policy === 'dedicated' || topology.policy === 'mixed'
  const isShared = topology.policy !== 'dedicated'
  const pageSize = pageSizeOn(host, guest, topology, isPinned)
  if (pageSize === undefined) return null
  const dedicated = guest.dedicated.size + reserve
  if (isPinned && (dedicated > host.dedicated.length || dedicated > freeDedicated(host).length)) return null
  if (isShared && guest.shared.size > host.shared.length) return null
  const pinning = isPinned
    ? packOntoCores(host, { cpus: guest.dedicated, threads: topology.threads, reserve })
    : unpinned
  if (pinning === null || (isShared && limits !== null && isBeyond(host, guest, limits))) return null
  return { host: host.id, guest, pageSize, ...pinning }
}

const unpinned: Pinning = { pins: new Map(), reserved: [] }

/** Which pages the guest gets, null for whatever there is; undefined where its memory does not fit. */
function pageSizeOn(
  host: HostCell,
  { memory }: GuestCell,
  { pages }: GuestTopology,
  isPinned: boolean,
): number | null | undefined {
  const sizes = host.pages.map(({ size }) => size).toSorted((a, b) => b - a)
  if (pages !== null) {
    const tried =
      pages === 'small' ? sizes.slice(-1) : pages === 'large' ? sizes.slice(0, -1) : pages === 'any' ? sizes : [pages]
    return tried.find((size) => holds(host.pages, size, memory, true))
  }
  const smallest = sizes.at(-1)
  if (smallest !== undefined) return holds(host.pages, smallest, memory, isPinned) ? null : undefined
  return memory <= (isPinned ? freeMemory(host) : host.memory) ? null : undefined
}

/** Without an explicit size, shared guests may overcommit pages, and are held against all that there are. */
function holds(pages: readonly HostPages[], size: number, memory: number, onlyFree: boolean): boolean {
  const its = pages.find((each) => each.size === size)
  if (its === undefined) return false
  const available = onlyFree ? its.total - its.used - its.reserved : its.total
  const wanted = memory * 1024
  return wanted <= available * size && wanted % size === 0
}

function isBeyond(host: HostCell, guest: GuestCell, { cpuRatio, memoryRatio }: FitLimits): boolean {
  return (
    host.sharedUsed + guest.shared.size > host.shared.length * cpuRatio ||
    host.memoryUsed + guest.memory > host.memory * memoryRatio
  )
}
