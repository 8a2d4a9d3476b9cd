import type {
  AggregateId,
  AggregateState,
  CellId,
  Change,
  Choice,
  Delta,
  GroupState,
  HostState,
  ProviderId,
  ProviderState,
  ServerGroupId,
  Snapshot,
  SnapshotVersion,
} from '@novakit/core'
import { aggregateLookup, type AggregateLookup } from '../decide/aggregates.ts'
import { emptySnapshot } from './empty-snapshot.ts'
import { changeLog, type ChangeLog } from './change-log.ts'
import { hostWith, openHeld, providersWith } from './held.ts'
import { openPlaces, type Places } from './places.ts'

/** Slots come in blocks, and blocks in sections; the numbers of both are powers of two. */
export const BLOCK = 16
export const SECTION = 256

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
  cellOf(cell: CellId): number
  /** Slots of hosts on which something is held. */
  heldSlots(): readonly number[]
  /** All of it as one, for what reads whole snapshots. */
  snapshot(): Snapshot
}

export function openFleet(): Fleet {
  const held = openHeld()
  const slots = new Map<ProviderId, number>()
  const children = new Map<ProviderId, number>()
  const bases: (HostState | null)[] = []
  const hosts: (HostState | null)[] = []
  const places = openPlaces(bases)
  const cellNumbers = new Map<CellId, number>()
  const dirty = new Set<number>()
  const aggregates = new Map<AggregateId, AggregateState>()
  const groups = new Map<ServerGroupId, GroupState>()
  const shared = new Map<ProviderId, ProviderState>()
  let base = emptySnapshot
  let version: SnapshotVersion = base.version
  let era = 0
  let capacity = 0
  let gaps = 0
  let showsServers = false
  let log = changeLog(1)
  let cells = new Uint16Array(0)
  let lookup = aggregateLookup(aggregates)
  let sharing: readonly ProviderState[] = []
  let whole: Snapshot | null = null
  /** Something that everything hangs on changed. */
  let stale = false

  const cellOf = (cell: CellId): number => {
    const known = cellNumbers.get(cell)
    if (known !== undefined) return known
    cellNumbers.set(cell, cellNumbers.size)
    return cellNumbers.size - 1
  }

  /** Gives everybody a slot anew, without gaps and with some to spare. */
  const lay = (all: readonly HostState[]): void => {
    for (const list of [slots, children, cellNumbers, dirty]) list.clear()
    bases.length = 0
    places.clear()
    gaps = 0
    showsServers = false
    capacity = Math.ceil((all.length * 1.125 + SECTION / 2) / SECTION) * SECTION
    cells = new Uint16Array(capacity)
    log = changeLog(2 ** Math.ceil(Math.log2(Math.max(4096, capacity / 4))))
    for (const host of all) put(host)
    stale = true
  }

  function put(host: HostState): void {
    const slot = slots.get(host.provider)
    if (slot === undefined && bases.length === capacity) {
      return lay([...bases.filter((each) => each !== null), host])
    }
    const at = slot ?? bases.length
    const before = bases[at] ?? null
    bases[at] = host
    slots.set(host.provider, at)
    cells[at] = cellOf(host.cell)
    showsServers ||= host.servers.size > 0
    for (const child of before?.children ?? []) children.delete(child.id)
    for (const child of host.children) children.set(child.id, at)
    places.replaced(at, before, host)
    if (hosts.length < bases.length) hosts.push(null)
    dirty.add(at)
    log.add(at, false)
  }

  function take(provider: ProviderId): void {
    const slot = slots.get(provider)
    if (slot === undefined) return
    const before = bases[slot] ?? null
    slots.delete(provider)
    for (const child of before?.children ?? []) children.delete(child.id)
    bases[slot] = null
    gaps++
    places.replaced(slot, before, null)
    dirty.add(slot)
    log.add(slot, false)
  }

  const touch = (providers: readonly ProviderId[]): void => {
    whole = null
    for (const provider of providers) {
      const slot = slots.get(provider) ?? children.get(provider)
      if (slot !== undefined && !dirty.has(slot)) {
        dirty.add(slot)
        log.add(slot, true)
      }
      if (shared.has(provider)) stale = true
    }
  }

  const change = (one: Change): void => {
    switch (one.kind) {
      case 'host':
        return put(one.host)
      case 'host_gone':
        return take(one.provider)
      case 'group':
        return void groups.set(one.group.id, one.group)
      case 'group_gone':
        return void groups.delete(one.group)
      case 'aggregate':
        aggregates.set(one.aggregate.id, one.aggregate)
        break
      case 'aggregate_gone':
        aggregates.delete(one.aggregate)
        break
      case 'sharing':
        shared.set(one.provider.id, one.provider)
        break
      case 'sharing_gone':
        shared.delete(one.provider)
        break
    }
    stale = true
  }

  const fleet: Fleet = {
    get version() {
      return version
    },
    get era() {
      return era
    },
    get capacity() {
      return capacity
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
      return cells
    },
    get cellCount() {
      return cellNumbers.size
    },
    get log() {
      return log
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
      return showsServers
    },
    reset: (snapshot) => {
      for (const map of [aggregates, groups, shared]) map.clear()
      for (const each of snapshot.aggregates.values()) aggregates.set(each.id, each)
      for (const each of snapshot.groups.values()) groups.set(each.id, each)
      for (const each of snapshot.sharing) shared.set(each.id, each)
      base = snapshot
      version = snapshot.version
      whole = null
      lay(snapshot.hosts)
    },
    apply: (delta) => {
      if (delta.from !== version) {
        throw new RangeError(`a delta from version ${delta.from} cannot follow version ${version}`)
      }
      delta.changes.forEach(change)
      version = delta.to
      whole = null
      if (gaps > Math.max(SECTION, bases.length / 4)) lay(bases.filter((each) => each !== null))
    },
    hold: (key, choices) => touch(held.hold(key, choices)),
    release: (key) => touch(held.release(key)),
    settle: () => {
      hosts.length = bases.length
      for (const slot of dirty) {
        const host = bases[slot] ?? null
        hosts[slot] = host === null ? null : hostWith(host, held.sums)
      }
      dirty.clear()
      if (!stale) return
      stale = false
      era++
      lookup = aggregateLookup(aggregates)
      sharing = providersWith([...shared.values()], held.sums)
    },
    cellOf,
    heldSlots: () => {
      const found = [...held.sums.keys()].map((provider) => slots.get(provider) ?? children.get(provider))
      return [...new Set(found.filter((slot) => slot !== undefined))]
    },
    snapshot: () => {
      fleet.settle()
      return (whole ??= {
        version,
        at: base.at,
        hosts: hosts.filter((host) => host !== null),
        sharing,
        aggregates: new Map(aggregates),
        groups: new Map(groups),
      })
    },
  }
  return fleet
}
