import {
  emptySnapshot,
  type AggregateId,
  type AggregateState,
  type CellId,
  type Change,
  type Choice,
  type Delta,
  type GroupState,
  type HostState,
  type ProviderId,
  type ProviderState,
  type ServerGroupId,
  type Snapshot,
  type SnapshotVersion,
} from '@novakit/core'
import { aggregateLookup, type AggregateLookup } from '../decide/aggregates.ts'
import { changeLog, type ChangeLog } from './change-log.ts'
import { hostWith, openHeld, providersWith, type Held } from './held.ts'
import { openPlaces, type Places } from './places.ts'

/** Slots come in blocks, and blocks in sections; the numbers of both are powers of two. */
export const BLOCK = 16
export const SECTION = 256
/** Blocks in a section. */
export const PER_SECTION = SECTION / BLOCK

/** In place of the number of a cell: any of them. */
export const ANY = -1
/** More than one. */
export const MIXED = -2

/**
 * The cluster as an engine keeps it: each host has a slot, in the order of the snapshot. What is derived from it reads
 * the log for what changed since it last looked.
 */
export interface Fleet {
  readonly version: SnapshotVersion
  /** Another number: slots, aggregates or sharing providers are others, and nothing derived of them holds any more. */
  readonly era: number
  /** Slots there may be in this era: whole sections. */
  readonly capacity: number
  /** How many hosts there are. */
  readonly live: number
  /** Slots that are or were in use. */
  readonly size: number
  /** By slot, with what is held counted as used; null where a host has gone. Up to date after `settle`. */
  readonly hosts: readonly (HostState | null)[]
  /** By slot, as the snapshot has them. */
  readonly bases: readonly (HostState | null)[]
  /** By slot: a number for the host's cell, from 0. */
  readonly cells: Uint16Array
  /** By section: the only cell of its hosts, {@link ANY} where there never was one, or {@link MIXED}. */
  readonly sectionCells: Int32Array
  /** How many cells there are, or were in this era. */
  readonly cellCount: number
  readonly log: ChangeLog
  readonly aggregates: AggregateLookup
  readonly sharing: readonly ProviderState[]
  /** As the snapshot has them. */
  readonly unheldSharing: readonly ProviderState[]
  readonly groups: ReadonlyMap<ServerGroupId, GroupState>
  readonly places: Places
  /** Whether any host ever showed a server, in this era. */
  readonly showsServers: boolean
  reset(snapshot: Snapshot): void
  apply(delta: Delta): void
  hold(key: string, choices: readonly Choice[]): void
  release(key: string): void
  /** Brings `hosts` up to date. Asked before each decision. */
  settle(): void
  /** Slots of hosts on which something is held. */
  heldSlots(): readonly number[]
  /** All of it as one, for what reads whole snapshots. */
  snapshot(): Snapshot
}

/** What a fleet keeps to itself beside what it shows. */
interface Insides {
  readonly held: Held
  readonly slots: Map<ProviderId, number>
  readonly children: Map<ProviderId, number>
  readonly bases: (HostState | null)[]
  readonly hosts: (HostState | null)[]
  readonly cellNumbers: Map<CellId, number>
  /** Slots of which `hosts` is not up to date. */
  readonly dirty: Set<number>
  readonly aggregates: Map<AggregateId, AggregateState>
  readonly groups: Map<ServerGroupId, GroupState>
  readonly shared: Map<ProviderId, ProviderState>
  readonly places: Places
  cells: Uint16Array
  sectionCells: Int32Array
  log: ChangeLog
  capacity: number
  gaps: number
  showsServers: boolean
  /** Something that everything hangs on changed. */
  isStale: boolean
  /** The last whole snapshot, while nothing changes. */
  whole: Snapshot | null
}

export function openFleet(): Fleet {
  const inside = openInsides()
  const { bases, hosts, shared, slots, held, groups, places, cellNumbers } = inside
  let base = emptySnapshot
  let version: SnapshotVersion = base.version
  let era = 0
  let lookup = aggregateLookup(inside.aggregates)
  let sharing: readonly ProviderState[] = []
  const fleet: Fleet = {
    get version() {
      return version
    },
    get era() {
      return era
    },
    get capacity() {
      return inside.capacity
    },
    get live() {
      return slots.size
    },
    get size() {
      return bases.length
    },
    hosts,
    bases,
    get cells() {
      return inside.cells
    },
    get sectionCells() {
      return inside.sectionCells
    },
    get cellCount() {
      return cellNumbers.size
    },
    get log() {
      return inside.log
    },
    get aggregates() {
      return lookup
    },
    get sharing() {
      return sharing
    },
    get unheldSharing() {
      return [...shared.values()]
    },
    groups,
    places,
    get showsServers() {
      return inside.showsServers
    },
    reset: (snapshot) => {
      base = snapshot
      version = snapshot.version
      takeOver(inside, snapshot)
    },
    apply: (delta) => {
      if (delta.from !== version) {
        throw new RangeError(`a delta from version ${delta.from} cannot follow version ${version}`)
      }
      for (const change of delta.changes) follow(inside, change)
      version = delta.to
      inside.whole = null
      if (inside.gaps > Math.max(SECTION, bases.length / 4)) lay(inside, standing(inside))
    },
    hold: (key, choices) => touch(inside, held.hold(key, choices)),
    release: (key) => touch(inside, held.release(key)),
    settle: () => {
      settleHosts(inside)
      if (!inside.isStale) return
      inside.isStale = false
      era++
      lookup = aggregateLookup(inside.aggregates)
      sharing = providersWith([...shared.values()], held.sums)
    },
    heldSlots: () => {
      const found = [...held.sums.keys()].map((provider) => slotOf(inside, provider))
      return [...new Set(found.filter((slot) => slot !== undefined))]
    },
    snapshot: () => {
      fleet.settle()
      return (inside.whole ??= {
        version,
        at: base.at,
        hosts: hosts.filter((host) => host !== null),
        sharing,
        aggregates: new Map(inside.aggregates),
        groups: new Map(groups),
      })
    },
  }
  return fleet
}

function openInsides(): Insides {
  const bases: (HostState | null)[] = []
  return {
    held: openHeld(),
    slots: new Map(),
    children: new Map(),
    bases,
    hosts: [],
    cellNumbers: new Map(),
    dirty: new Set(),
    aggregates: new Map(),
    groups: new Map(),
    shared: new Map(),
    places: openPlaces(bases),
    cells: new Uint16Array(0),
    sectionCells: new Int32Array(0),
    log: changeLog(1),
    capacity: 0,
    gaps: 0,
    showsServers: false,
    isStale: false,
    whole: null,
  }
}

function takeOver(inside: Insides, snapshot: Snapshot): void {
  const { aggregates, groups, shared } = inside
  for (const map of [aggregates, groups, shared]) map.clear()
  for (const each of snapshot.aggregates.values()) aggregates.set(each.id, each)
  for (const each of snapshot.groups.values()) groups.set(each.id, each)
  for (const each of snapshot.sharing) shared.set(each.id, each)
  inside.whole = null
  lay(inside, snapshot.hosts)
}

/** Gives everybody a slot anew, without gaps and with some to spare. */
function lay(inside: Insides, all: readonly HostState[]): void {
  const { slots, children, cellNumbers, dirty, bases, places } = inside
  for (const list of [slots, children, cellNumbers, dirty]) list.clear()
  bases.length = 0
  places.clear()
  inside.gaps = 0
  inside.showsServers = false
  inside.capacity = Math.ceil((all.length * 1.125 + SECTION / 2) / SECTION) * SECTION
  inside.cells = new Uint16Array(inside.capacity)
  inside.sectionCells = new Int32Array(inside.capacity / SECTION).fill(ANY)
  inside.log = changeLog(2 ** Math.ceil(Math.log2(Math.max(4096, inside.capacity / 4))))
  for (const host of all) put(inside, host)
  inside.isStale = true
}

function standing({ bases }: Insides): readonly HostState[] {
  return bases.filter((each) => each !== null)
}

function put(inside: Insides, host: HostState): void {
  const { slots, children, bases, hosts, places, dirty, log, cells, sectionCells } = inside
  const slot = slots.get(host.provider)
  if (slot === undefined && bases.length === inside.capacity) return lay(inside, [...standing(inside), host])
  const at = slot ?? bases.length
  const before = bases[at] ?? null
  bases[at] = host
  slots.set(host.provider, at)
  const cell = numberOf(inside, host.cell)
  const section = Math.trunc(at / SECTION)
  cells[at] = cell
  sectionCells[section] = sectionCells[section] === ANY || sectionCells[section] === cell ? cell : MIXED
  inside.showsServers ||= host.servers.size > 0
  for (const child of before?.children ?? []) children.delete(child.id)
  for (const child of host.children) children.set(child.id, at)
  places.replaced(at, before, host)
  if (hosts.length < bases.length) hosts.push(null)
  dirty.add(at)
  log.add(at, false)
}

function numberOf({ cellNumbers }: Insides, cell: CellId): number {
  const known = cellNumbers.get(cell)
  if (known !== undefined) return known
  cellNumbers.set(cell, cellNumbers.size)
  return cellNumbers.size - 1
}

function take(inside: Insides, provider: ProviderId): void {
  const { slots, children, bases, places, dirty, log } = inside
  const slot = slots.get(provider)
  if (slot === undefined) return
  const before = bases[slot] ?? null
  slots.delete(provider)
  for (const child of before?.children ?? []) children.delete(child.id)
  bases[slot] = null
  inside.gaps++
  places.replaced(slot, before, null)
  dirty.add(slot)
  log.add(slot, false)
}

function slotOf({ slots, children }: Insides, provider: ProviderId): number | undefined {
  return slots.get(provider) ?? children.get(provider)
}

/** What is held on these providers is another sum now. */
function touch(inside: Insides, providers: readonly ProviderId[]): void {
  const { dirty, log, shared } = inside
  inside.whole = null
  for (const provider of providers) {
    const slot = slotOf(inside, provider)
    if (slot !== undefined && !dirty.has(slot)) {
      dirty.add(slot)
      log.add(slot, true)
    }
    if (shared.has(provider)) inside.isStale = true
  }
}

function follow(inside: Insides, change: Change): void {
  const { groups, aggregates, shared } = inside
  switch (change.kind) {
    case 'host':
      return put(inside, change.host)
    case 'host_gone':
      return take(inside, change.provider)
    case 'group':
      return void groups.set(change.group.id, change.group)
    case 'group_gone':
      return void groups.delete(change.group)
    case 'aggregate':
      aggregates.set(change.aggregate.id, change.aggregate)
      break
    case 'aggregate_gone':
      aggregates.delete(change.aggregate)
      break
    case 'sharing':
      shared.set(change.provider.id, change.provider)
      break
    case 'sharing_gone':
      shared.delete(change.provider)
      break
  }
  inside.isStale = true
}

function settleHosts({ bases, hosts, dirty, held }: Insides): void {
  hosts.length = bases.length
  for (const slot of dirty) {
    const host = bases[slot] ?? null
    hosts[slot] = host === null ? null : hostWith(host, held.sums)
  }
  dirty.clear()
}
