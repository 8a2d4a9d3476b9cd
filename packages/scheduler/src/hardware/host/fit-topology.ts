import type { PciRequest } from '@novakit/core'
import type { GuestTopology } from '../guest/topology.ts'
import { takeDevices, type ProviderMapping } from '../pci/take.ts'
import { freeDevices, type PciPool } from '../pci/pools.ts'
import { fitCell, type FitLimits, type FittedCell } from './fit-cell.ts'
import { freeDedicated, freeMemory, type HostCell, type HostTopology } from './topology.ts'

/** What a guest needs of networks that are at certain cells of a host. */
export interface NetworkNeeds {
  readonly physical: readonly string[]
  readonly tunnels: boolean
}

export interface FitOptions {
  /** Null: no cell may be overcommitted beyond what it is. */
  readonly limits?: FitLimits
  readonly networks?: NetworkNeeds
  readonly pci?: {
    readonly requests: readonly PciRequest[]
    readonly pools: readonly PciPool[] | null
    readonly mapping: ProviderMapping
  }
  /** True: fill cells one after the other; false, and by default: take the emptiest first. */
  readonly pack?: boolean
}

/** Where the cells of a guest go. */
export interface FittedTopology {
  /** In the order of the guest's cells. */
  readonly cells: readonly FittedCell[]
}

/**
 * The guest's cells on cells of the host, each on one of its own: the first order of host cells in which all fit, the
 * devices are near enough, and the networks too. Null: there is none.
 *
 * Source: nova/virt/hardware.py, `numa_fit_instance_to_host`. Nova remembers by the ids of cells which fit, and changes a
 * guest cell's id to the host's once it fits; here it is remembered by place, so that cells that differ are never mixed up.
 */
export function fitTopology(host: HostTopology, guest: GuestTopology, options: FitOptions = {}): FittedTopology | null {
  if (host.cells.length < guest.cells.length) return null
  const cells = host.cells.length > guest.cells.length ? inOrder(host, guest, options) : host.cells
  const known = new Map<string, FittedCell | null>()
  const fit = (at: number, cell: HostCell): FittedCell | null => {
    const key = `${at}/${cell.id}`
    const before = known.get(key)
    if (before !== undefined) return before
    // The emulator is at the guest's first cell.
    const reserve = at === 0 && guest.emulator === 'isolate' ? 1 : 0
    const found = fitCell(
      cell,
      guest.cells[at] as GuestTopology['cells'][number],
      guest,
      options.limits ?? null,
      reserve,
    )
    known.set(key, found)
    return found
  }
  const fitsSomewhere = (_: unknown, at: number): boolean => cells.some((cell) => fit(at, cell) !== null)
  if (!guest.cells.every(fitsSomewhere)) return null
  for (const found of arrangements(guest.cells.length, cells, fit)) {
    if (meetsRest(host, found, options)) return { cells: found }
  }
  return null
}

/**
 * Every way of giving each guest cell a host cell of its own that it fits, in the order of permutations. Cut off at as
 * many as a host of eight cells has, since nothing but devices and networks can refuse one.
 */
function* arrangements(
  count: number,
  cells: readonly HostCell[],
  fit: (at: number, cell: HostCell) => FittedCell | null,
): Generator<readonly FittedCell[]> {
  let left = ARRANGEMENTS_MAX
  function* from(
    at: number,
    chosen: readonly FittedCell[],
    used: ReadonlySet<number>,
  ): Generator<readonly FittedCell[]> {
    if (at === count) return yield chosen
    for (const cell of cells) {
      if (used.has(cell.id)) continue
      if (left-- <= 0) return
      const found = fit(at, cell)
      if (found !== null) yield* from(at + 1, [...chosen, found], new Set(used).add(cell.id))
    }
  }
  yield* from(0, [], new Set())
}

const ARRANGEMENTS_MAX = 100_000

/** Sorted by memory, then by processors, then by devices: the last sort counts most. */
function inOrder(
  { cells }: HostTopology,
  guest: GuestTopology,
  { pack = false, pci }: FitOptions,
): readonly HostCell[] {
  const isPinned = guest.policy === 'dedicated' || guest.policy === 'mixed'
  const direction = pack ? 1 : -1
  const byMemory = sorted(cells, (cell) => direction * freeMemory(cell))
  const byCpus = isPinned
    ? sorted(byMemory, (cell) => direction * freeDedicated(cell).length)
    : sorted(byMemory, (cell) => -direction * cell.sharedUsed)
  if (pci === undefined || pci.pools === null) return byCpus
  const { pools, requests } = pci
  const devices = (cell: HostCell): number => freeDevices(pools.filter(({ numaNode }) => numaNode === cell.id))
  const isAsked = requests.length > 0
  return sorted(byCpus, (cell) => (isAsked ? -devices(cell) : devices(cell)))
}

/** Ascending, and equals as they stood: so are Nova's sorts, the reversed ones too. */
function sorted(cells: readonly HostCell[], key: (cell: HostCell) => number): readonly HostCell[] {
  return cells.toSorted((a, b) => key(a) - key(b))
}

function meetsRest(host: HostTopology, found: readonly FittedCell[], { pci, networks }: FitOptions): boolean {
  const cells = found.map((each) => each.host)
  if (pci !== undefined && pci.requests.length > 0 && pci.pools !== null) {
    if (takeDevices(pci.pools, pci.requests, pci.mapping, { cells, host }) === null) return false
  }
  return networks === undefined || networksAreNear(host, cells, networks)
}

/** A network that has a cell must be at one of the chosen; one that has none may be anywhere. */
function networksAreNear({ cells }: HostTopology, chosen: readonly number[], needs: NetworkNeeds): boolean {
  const near = cells.filter(({ id }) => chosen.includes(id))
  const isAt = (some: readonly HostCell[], name: string): boolean =>
    some.some(({ networks }) => networks?.physical.includes(name) === true)
  const hasTunnels = (some: readonly HostCell[]): boolean => some.some(({ networks }) => networks?.tunnels === true)
  return (
    needs.physical.every((name) => isAt(near, name) || !isAt(cells, name)) &&
    (!needs.tunnels || hasTunnels(near) || !hasTunnels(cells))
  )
}
