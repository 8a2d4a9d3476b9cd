import {
  id,
  type AggregateId,
  type HostState,
  type InventoryUsage,
  type ProviderId,
  type ProviderState,
  type ResourceGroup,
  type ResourceRequest,
} from '@novakit/core'
import { candidatesOf } from '@novakit/placement/candidates'

export function inventory(total: number, used = 0, rest: Partial<InventoryUsage> = {}): InventoryUsage {
  return { total, reserved: 0, allocationRatio: 1, minUnit: 1, maxUnit: total, stepSize: 1, used, ...rest }
}

export interface ProviderParts {
  readonly traits?: readonly string[]
  readonly inventories?: Readonly<Record<string, InventoryUsage>>
  readonly aggregates?: readonly string[]
  readonly parent?: string
}

export function provider(name: string, parts: ProviderParts = {}): ProviderState {
  return {
    id: id<ProviderId>(name),
    name,
    parent: parts.parent === undefined ? null : id<ProviderId>(parts.parent),
    traits: new Set(parts.traits ?? []),
    inventories: new Map(Object.entries(parts.inventories ?? {})),
    aggregates: (parts.aggregates ?? []).map((each) => id<AggregateId>(each)),
  }
}

/** A host whose root provider is `name`. */
export function host(name: string, parts: ProviderParts = {}, children: readonly ProviderState[] = []): HostState {
  const { traits, inventories, aggregates } = provider(name, parts)
  return {
    provider: id(name),
    host: id(name),
    node: id(name),
    cell: id('cell'),
    enabled: true,
    up: true,
    reachable: true,
    traits,
    inventories,
    children,
    aggregates,
    servers: new Map(),
    stats: { ioOps: 0, failedBuilds: 0, metrics: {} },
    hypervisor: { type: 'fake', version: 1, hostIp: null, supportedInstances: [], cpuInfo: {}, numa: null, pci: null },
  }
}

export function group(suffix: string, resources: Readonly<Record<string, number>>, rest: Partial<ResourceGroup> = {}) {
  const plain: ResourceGroup = {
    suffix,
    resources,
    required: [],
    forbidden: [],
    memberOf: [],
    forbiddenAggregates: [],
    inTree: null,
  }
  return { ...plain, ...rest }
}

export function request(groups: readonly ResourceGroup[], rest: Partial<ResourceRequest> = {}): ResourceRequest {
  return { groups, groupPolicy: null, rootRequired: [], rootForbidden: [], sameSubtree: [], ...rest }
}

export const aggregates = (...names: readonly string[]): readonly AggregateId[] =>
  names.map((name) => id<AggregateId>(name))

/** Candidates as plain values: allocations by provider, then mappings by suffix. */
export function plain(...args: Parameters<typeof candidatesOf>) {
  return candidatesOf(...args).candidates.map(({ allocations, mappings }) => ({
    allocations: Object.fromEntries(allocations),
    mappings: Object.fromEntries(mappings),
  }))
}

export const vm = group('', { VCPU: 2, MEMORY_MB: 512, DISK_GB: 5 })
export const flat = { VCPU: inventory(8), MEMORY_MB: inventory(4096), DISK_GB: inventory(100) }
