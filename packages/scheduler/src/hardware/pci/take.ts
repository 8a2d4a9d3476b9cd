import type { PciRequest, ProviderId } from '@novakit/core'
import type { HostTopology } from '../host/topology.ts'
import type { PciPool } from './pools.ts'

/** Request-group suffix → providers, as an allocation candidate has it; null: Placement has no say in devices. */
export type ProviderMapping = ReadonlyMap<string, readonly ProviderId[]> | null

/** Where a guest is, for devices that shall be near it. */
export interface Nearness {
  /** Ids of host cells that it has; null: it has no topology, and any device will do. */
  readonly cells: readonly number[] | null
  /** For the policy `socket`. */
  readonly host: HostTopology | null
}

/**
 * The pools without the devices that the requests take, one request after the other; null where one cannot be served.
 * Source: nova/pci/stats.py, `apply_requests`.
 */
export function takeDevices(
  pools: readonly PciPool[],
  requests: readonly PciRequest[],
  mapping: ProviderMapping,
  near: Nearness,
): readonly PciPool[] | null {
  let left: readonly PciPool[] = pools
  for (const request of requests) {
    const next = takeOne(left, request, providersFor(request, mapping), near)
    if (next === null) return null
    left = next
  }
  return left
}

function takeOne(
  pools: readonly PciPool[],
  request: PciRequest,
  providers: readonly ProviderId[],
  near: Nearness,
): readonly PciPool[] | null {
  const usable = usablePools(pools, request, providers, near)
  if (usable === null || usable.length === 0) return null
  return providers.length === 0 ? takeCount(pools, usable, request.count) : takeNamed(pools, usable, providers)
}

function takeCount(pools: readonly PciPool[], usable: readonly PciPool[], count: number): readonly PciPool[] {
  let wanted = count
  const taken = new Map<PciPool, number>()
  for (const pool of usable) {
    const some = Math.min(pool.count, wanted)
    taken.set(pool, some)
    wanted -= some
  }
  return without(pools, taken)
}

/** As many of each provider's devices as the candidate names it. A provider's devices are all in one pool. */
function takeNamed(
  pools: readonly PciPool[],
  usable: readonly PciPool[],
  providers: readonly ProviderId[],
): readonly PciPool[] | null {
  const named = pools.flatMap(({ provider }) => (provider === null ? [] : [provider]))
  if (new Set(named).size < named.length) return null
  return without(pools, new Map(usable.map((pool) => [pool, times(providers, pool.provider)])))
}

function without(pools: readonly PciPool[], taken: ReadonlyMap<PciPool, number>): readonly PciPool[] {
  return pools
    .map((pool) => (taken.has(pool) ? { ...pool, count: pool.count - (taken.get(pool) ?? 0) } : pool))
    .filter((pool) => pool.count > 0)
}

/** The steps of `_filter_pools`, in its order; null as soon as too few devices are left. */
function usablePools(
  pools: readonly PciPool[],
  request: PciRequest,
  providers: readonly ProviderId[],
  near: Nearness,
): readonly PciPool[] | null {
  const steps: ((left: readonly PciPool[]) => readonly PciPool[])[] = [
    (left) => left.filter((pool) => request.specs.some((spec) => matches(pool, spec))),
    (left) => nearby(left, request, near),
    (left) => unlessAsked(left, request, 'dev_type', 'type-PF'),
    (left) => unlessAsked(left, request, 'dev_type', 'vdpa'),
    (left) => unlessAsked(left, request, 'remote_managed', 'true'),
    (left) => (providers.length === 0 ? left : left.filter((pool) => gives(pool, providers))),
    (left) => migratable(left, request),
  ]
  let left = pools
  for (const step of steps) {
    left = step(left)
    if (left.reduce((sum, { count }) => sum + count, 0) < request.count) return null
  }
  return left
}

/** Tags that steer and describe no device are passed over, as Nova's `ignored_spec_tags`. */
const steering = new Set(['resource_class', 'traits', 'rp_uuids'])

function matches({ tags }: PciPool, spec: Readonly<Record<string, string>>): boolean {
  return Object.entries(spec).every(
    ([key, value]) =>
      steering.has(key) || (Object.hasOwn(tags, key) && tags[key]?.toLowerCase() === value.toLowerCase()),
  )
}

/** Physical functions, vDPA and remotely managed devices go to those alone that ask for them. */
function unlessAsked(pools: readonly PciPool[], { specs }: PciRequest, tag: string, value: string): readonly PciPool[] {
  const has = (tags: Readonly<Record<string, string>>): boolean => tags[tag]?.toLowerCase() === value.toLowerCase()
  return specs.some(has) ? pools : pools.filter(({ tags }) => !has(tags))
}

function migratable(pools: readonly PciPool[], { specs }: PciRequest): readonly PciPool[] {
  for (const value of ['true', 'false']) {
    if (specs.every((spec) => spec['live_migratable'] === value))
      return pools.filter(({ tags }) => tags['live_migratable'] === value)
  }
  return pools
}

function gives({ provider, count }: PciPool, providers: readonly ProviderId[]): boolean {
  const wanted = times(providers, provider)
  return wanted > 0 && count >= wanted
}

const times = (providers: readonly ProviderId[], provider: ProviderId | null): number =>
  providers.filter((each) => each === provider).length

/** Devices at the guest's cells go first; which others may serve is the policy's to say. */
function nearby(
  pools: readonly PciPool[],
  { policy, count }: PciRequest,
  { cells, host }: Nearness,
): readonly PciPool[] {
  if (cells === null || cells.length === 0) return pools
  const at = (ids: readonly (number | null)[]): readonly PciPool[] =>
    pools.filter((pool) => ids.includes(pool.numaNode))
  const isEnough = (some: readonly PciPool[]): boolean => some.reduce((sum, each) => sum + each.count, 0) >= count
  const beside = at(cells)
  if (policy === 'required' || isEnough(beside)) return beside
  if (policy === 'socket') return at(onSameSockets(cells, host))
  const legacy = at([...cells, null])
  if (policy === null || policy === 'legacy' || isEnough(legacy)) return legacy
  const isFar = (pool: PciPool): number => (legacy.includes(pool) ? 0 : 1)
  return pools.toSorted((a, b) => isFar(a) - isFar(b))
}

/** None where a host does not tell its sockets. */
function onSameSockets(cells: readonly number[], host: HostTopology | null): readonly number[] {
  const all = host?.cells ?? []
  if (all.some(({ socket }) => socket === null)) return []
  const sockets = new Set(all.filter(({ id }) => cells.includes(id)).map(({ socket }) => socket))
  return all.filter(({ socket }) => sockets.has(socket)).map(({ id }) => id)
}

/** One name for each device, as often as it is to give one. Ports' devices are not Placement's to give. */
function providersFor({ id, ofPort }: PciRequest, mapping: ProviderMapping): readonly ProviderId[] {
  if (ofPort || mapping === null) return []
  return [...mapping].flatMap(([suffix, providers]) =>
    suffix === id || suffix.startsWith(`${id}-`) ? providers.slice(0, 1) : [],
  )
}
