import type { HostNode } from '../../storage/global/hosts.ts'
import type { HostState, HypervisorFacts, InventoryUsage, ProviderState } from '../../domain/scheduling/snapshot.ts'
import type { HostStatus } from './host-status.ts'
import type { ProviderRecord } from '../../domain/placement/provider.ts'

const noFacts: HypervisorFacts = {
  type: 'unknown',
  version: 0,
  hostIp: null,
  supportedInstances: [],
  cpuInfo: {},
  numa: null,
  pci: null,
}

/** A node as the scheduler sees it. @param tree the node's providers, root first */
export function hostState(node: HostNode, status: HostStatus, tree: readonly ProviderRecord[]): HostState {
  const [root, ...children] = tree
  if (root === undefined) throw new RangeError('a tree has a root')
  return {
    provider: root.id,
    host: node.host,
    node: node.node,
    cell: status.cell,
    enabled: status.enabled,
    up: status.up,
    reachable: status.reachable,
    traits: new Set(root.traits),
    inventories: inventoriesOf(root),
    children: children.map(providerState),
    aggregates: root.aggregates,
    // Servers that a request names are added when it is decided on; nothing else reads them yet.
    servers: new Map(),
    stats: { ioOps: 0, failedBuilds: 0, metrics: {} },
    hypervisor: status.nodes.find((one) => one.node === node.node)?.facts ?? noFacts,
  }
}

/** Differs whenever {@link hostState} would. A release changes what is used, and no generation. */
export function hostMark(status: HostStatus, tree: readonly ProviderRecord[]): string {
  const providers = tree.map(({ id, generation, aggregates, inventories }) => {
    const used = Object.values(inventories).map((inventory) => inventory.used)
    return `${id}:${generation}:${aggregates.join(',')}:${used.join(',')}`
  })
  return `${status.mark}/${status.enabled}/${status.reachable}/${providers.join(';')}`
}

function providerState(record: ProviderRecord): ProviderState {
  return {
    id: record.id,
    name: record.name,
    parent: record.parent,
    traits: new Set(record.traits),
    inventories: inventoriesOf(record),
    aggregates: record.aggregates,
  }
}

function inventoriesOf(record: ProviderRecord): ReadonlyMap<string, InventoryUsage> {
  return new Map(Object.entries(record.inventories))
}
