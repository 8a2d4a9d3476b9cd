import type { HostState, ProviderState, ResourceGroup, RequestSpec } from '@novakit/core'
import { gives, type RoomTest } from './flat-room.ts'

/**
 * The answer of `candidatesOf` for requests of so many equal shares of single devices, such as GPUs, or of none, beside
 * what the host's root gives: each device is a child provider, and no class is at both. Null where only the search can
 * tell. A property test holds the two together.
 */
export function deviceRoom(request: Pick<RequestSpec, 'resources'>, sharesNothing: boolean): RoomTest {
  const ask = sharesNothing ? deviceAsk(request) : null
  if (ask === null) return () => null
  const { root, devices, count } = ask
  return (host) => {
    const below = classesBelow(host)
    for (const [resourceClass, amount] of root) {
      if (below.has(resourceClass)) return null
      if (!gives(host.inventories.get(resourceClass), amount)) return false
    }
    for (const [resourceClass] of devices.wanted) if (host.inventories.has(resourceClass)) return null
    let fitting = 0
    for (let at = 0; fitting < count && at < host.children.length; at++) {
      if (serves(host.children[at] as ProviderState, devices)) fitting++
    }
    return fitting >= count
  }
}

interface Device {
  readonly wanted: readonly (readonly [resourceClass: string, amount: number])[]
  readonly required: ResourceGroup['required']
}

interface DeviceAsk {
  readonly root: Device['wanted']
  readonly devices: Device
  readonly count: number
}

/** Null: it is of another form. */
function deviceAsk({ resources }: Pick<RequestSpec, 'resources'>): DeviceAsk | null {
  const { groups, groupPolicy, rootRequired, rootForbidden, sameSubtree } = resources
  if (rootRequired.length + rootForbidden.length + sameSubtree.length > 0) return null
  const plain = groups.filter(({ suffix }) => suffix === '')
  const suffixed = groups.filter(({ suffix }) => suffix !== '')
  if (plain.length > 1 || (suffixed.length > 1 && groupPolicy !== 'isolate')) return null
  if (!groups.every(asksForAmountsAndTraits) || plain.some(({ required }) => required.length > 0)) return null
  const root = plain.flatMap(wantedOf)
  const [first] = suffixed
  if (first === undefined) return root.length === 0 ? null : { root, devices: { wanted: [], required: [] }, count: 0 }
  const form = formOf(first)
  if (suffixed.some((group) => formOf(group) !== form)) return null
  const wanted = wantedOf(first)
  if (wanted.length === 0 || root.some(([name]) => wanted.some(([other]) => other === name))) return null
  return { root, devices: { wanted, required: first.required }, count: suffixed.length }
}

function asksForAmountsAndTraits({ forbidden, memberOf, forbiddenAggregates, inTree }: ResourceGroup): boolean {
  return inTree === null && forbidden.length + memberOf.length + forbiddenAggregates.length === 0
}

function formOf({ resources, required }: ResourceGroup): string {
  return JSON.stringify([resources, required])
}

function wantedOf({ resources }: ResourceGroup): Device['wanted'] {
  return Object.entries(resources).filter(([, amount]) => amount > 0)
}

const known = new WeakMap<HostState, ReadonlySet<string>>()

/** What any provider below the root has; worked out once for a host as it is, as kinds of requests ask one by one. */
function classesBelow(host: HostState): ReadonlySet<string> {
  const before = known.get(host)
  if (before !== undefined) return before
  const classes = new Set<string>()
  for (const { inventories } of host.children)
    for (const resourceClass of inventories.keys()) classes.add(resourceClass)
  known.set(host, classes)
  return classes
}

function serves({ inventories, traits }: ProviderState, { wanted, required }: Device): boolean {
  for (const [resourceClass, amount] of wanted) if (!gives(inventories.get(resourceClass), amount)) return false
  for (const entry of required) {
    const has = typeof entry === 'string' ? traits.has(entry) : entry.some((trait) => traits.has(trait))
    if (!has) return false
  }
  return true
}
