import {
  yes,
  type Destination,
  type HostState,
  type InventoryUsage,
  type ProviderId,
  type RequestSpec,
  type Snapshot,
} from '@novakit/core'
import type { Policy } from '../../policy/policy.ts'
import type { Filter } from '../filter.ts'
import type { RemedyChange } from './change.ts'

/** What a decision is made on. */
export interface Case {
  readonly policy: Policy
  readonly snapshot: Snapshot
  readonly request: RequestSpec
}

/** The case as it would be with all of the changes; nothing that is given is changed. */
export function applyRemedy(given: Case, changes: readonly RemedyChange[]): Case {
  return changes.reduce(applyOne, given)
}

function applyOne(given: Case, change: RemedyChange): Case {
  const { policy, snapshot, request } = given
  switch (change.kind) {
    case 'exempt':
      return { ...given, policy: exempting(policy, change.filter, change.node) }
    case 'destination':
      return { ...given, request: { ...request, destination: towards(request.destination, snapshot, change.node) } }
    case 'free':
    case 'offer':
    case 'units':
      return { ...given, snapshot: onProvider(snapshot, change.provider, (one) => withInventory(one, change)) }
    case 'trait': {
      const { trait, has } = change
      return {
        ...given,
        snapshot: onProvider(snapshot, change.provider, (one) => ({ ...one, traits: toggled(one.traits, trait, has) })),
      }
    }
    case 'enable':
      return onHost(given, change.node, (host) => ({ ...host, enabled: true }))
    case 'up':
      return onHost(given, change.node, (host) => ({ ...host, up: true }))
    case 'reach':
      return onHost(given, change.node, (host) => ({ ...host, reachable: true }))
    case 'aggregate': {
      const { aggregate, member } = change
      return onHost(given, change.node, (host) => ({
        ...host,
        aggregates: [...toggled(new Set(host.aggregates), aggregate, member)],
      }))
    }
  }
}

function onHost(given: Case, node: ProviderId, change: (host: HostState) => HostState): Case {
  const hosts = given.snapshot.hosts.map((host) => (host.provider === node ? change(host) : host))
  return { ...given, snapshot: { ...given.snapshot, hosts } }
}

type Offering = Pick<HostState, 'inventories' | 'traits'>

/** Of hosts' roots, of what is below them, and of what is shared. */
function onProvider(snapshot: Snapshot, provider: ProviderId, change: (one: Offering) => Offering): Snapshot {
  const below = <One extends Offering & { readonly id: ProviderId }>(all: readonly One[]): readonly One[] =>
    all.some(({ id }) => id === provider)
      ? all.map((one) => (one.id === provider ? { ...one, ...change(one) } : one))
      : all
  return {
    ...snapshot,
    sharing: below(snapshot.sharing),
    hosts: snapshot.hosts.map((host) => {
      const whole = host.provider === provider ? { ...host, ...change(host) } : host
      const children = below(whole.children)
      return children === whole.children ? whole : { ...whole, children }
    }),
  }
}

function withInventory(
  { inventories, traits }: Offering,
  { kind, resourceClass, amount }: Extract<RemedyChange, { kind: 'free' | 'offer' | 'units' }>,
): Offering {
  const before = inventories.get(resourceClass)
  const after =
    before === undefined || kind === 'offer'
      ? fresh(amount)
      : kind === 'units'
        ? inUnitsOf(before, amount)
        : freed(before, amount)
  return { traits, inventories: new Map(inventories).set(resourceClass, after) }
}

const fresh = (total: number): InventoryUsage => ({
  total,
  reserved: 0,
  allocationRatio: 1,
  minUnit: 1,
  maxUnit: total,
  stepSize: 1,
  used: 0,
})

function inUnitsOf(inventory: InventoryUsage, amount: number): InventoryUsage {
  const { minUnit, maxUnit, stepSize } = inventory
  return {
    ...inventory,
    minUnit: Math.min(minUnit, amount),
    maxUnit: Math.max(maxUnit, amount),
    stepSize: amount % stepSize === 0 ? stepSize : 1,
  }
}

/** First what is used is given back; what that leaves short is more of it. */
function freed(inventory: InventoryUsage, amount: number): InventoryUsage {
  const given = Math.min(amount, Math.max(0, inventory.used))
  const total = inventory.total + Math.ceil((amount - given) / Math.max(inventory.allocationRatio, Number.MIN_VALUE))
  return { ...inventory, used: inventory.used - given, total }
}

function toggled<Value>(values: ReadonlySet<Value>, value: Value, has: boolean): ReadonlySet<Value> {
  const after = new Set(values)
  if (has) after.add(value)
  else after.delete(value)
  return after
}

/** Exempting filters keep their name, so that explanations tell of them as before. */
function exempting(policy: Policy, name: string, node: ProviderId): Policy {
  const exempt = (filter: Filter): Filter => {
    const { reads: _reads, spot: _spot, ...rest } = filter
    return {
      ...rest,
      applies: (request, view) => filter.applies?.(request, view) !== false,
      check: (host, request, view) => (host.provider === node ? yes : filter.check(host, request, view)),
    }
  }
  return { ...policy, filters: policy.filters.map((filter) => (filter.name === name ? exempt(filter) : filter)) }
}

function towards(destination: Destination, { hosts }: Snapshot, node: ProviderId): Destination {
  const target = hosts.find(({ provider }) => provider === node)
  if (target === undefined) return destination
  const { host, node: name, cell } = target
  const { requestedHost, requestedNode, forcedHosts = [], forcedNodes = [], ignoredHosts, ...rest } = destination
  return {
    ...rest,
    ...(requestedHost === undefined ? {} : { requestedHost: host }),
    ...(requestedNode === undefined ? {} : { requestedNode: name }),
    ...(forcedHosts.length === 0 ? {} : { forcedHosts: [...forcedHosts, host] }),
    ...(forcedNodes.length === 0 ? {} : { forcedNodes: [...forcedNodes, name] }),
    ignoredHosts: ignoredHosts.filter((each) => each.toLowerCase() !== host.toLowerCase()),
    cell: destination.cell === null ? null : cell,
  }
}
