import type { FakeChildOptions, FakeNodeOptions, FakeResources } from '../options.ts'
import type {
  HostName,
  HypervisorFacts,
  Inventory,
  NodeInventory,
  NodeName,
  ProviderDeclaration,
  ProviderId,
} from '@novakit/core'
import { gibToMib, id, namedUuid } from '@novakit/core'

/** Nova's `initial_cpu_allocation_ratio`, `initial_ram_allocation_ratio`, `initial_disk_allocation_ratio`. */
const NOVA_RATIOS = { cpu: 4, memory: 1, disk: 1 }

/** The same host, node and path give the same id in every process: identities outlive restarts without being stored. */
function providerId(host: HostName, path: readonly string[]): ProviderId {
  return id(namedUuid('fake-provider', host, ...path))
}

/** What a node declares. Pure. `traits` are those that follow from what the open host can do. */
export function nodeInventory(
  host: HostName,
  node: NodeName,
  options: FakeNodeOptions,
  traits: readonly string[],
  facts: HypervisorFacts,
): NodeInventory {
  const root: ProviderDeclaration = {
    id: providerId(host, [node]),
    name: node,
    parent: null,
    inventories: { ...baseInventories(options), ...inventoriesOf(options.resources ?? {}) },
    traits: [...new Set([...(options.traits ?? []), ...traits])].toSorted(),
  }
  return { node, root: root.id, providers: [root, ...below(host, [node], root, options.children ?? {})], facts }
}

function below(
  host: HostName,
  path: readonly string[],
  parent: ProviderDeclaration,
  children: Readonly<Record<string, FakeChildOptions>>,
): readonly ProviderDeclaration[] {
  return Object.entries(children).flatMap(([name, options]) => {
    const inner = [...path, name]
    const provider: ProviderDeclaration = {
      id: providerId(host, inner),
      name: inner.join('_'),
      parent: parent.id,
      inventories: inventoriesOf(options.resources ?? {}),
      traits: (options.traits ?? []).toSorted(),
    }
    return [provider, ...below(host, inner, provider, options.children ?? {})]
  })
}

function baseInventories(options: FakeNodeOptions): Readonly<Record<string, Inventory>> {
  const ratios = { ...NOVA_RATIOS, ...options.ratios }
  const reserved = options.reserved ?? {}
  return inventoriesOf({
    VCPU: { total: options.vcpus, allocationRatio: ratios.cpu, reserved: reserved.vcpus ?? 0 },
    MEMORY_MB: { total: gibToMib(options.memory), allocationRatio: ratios.memory, reserved: reserved.memory ?? 0 },
    DISK_GB: { total: options.disk, allocationRatio: ratios.disk, reserved: reserved.disk ?? 0 },
  })
}

/** Classes of which there is nothing are left out: Placement wants a total of at least 1. */
function inventoriesOf(resources: FakeResources): Readonly<Record<string, Inventory>> {
  const entries = Object.entries(resources).map(([name, amount]) => {
    const given = typeof amount === 'number' ? { total: amount } : amount
    const rest = { reserved: 0, allocationRatio: 1, minUnit: 1, maxUnit: given.total, stepSize: 1 }
    return [name, { ...rest, ...given }] as const
  })
  return Object.fromEntries(entries.filter(([, inventory]) => inventory.total > 0))
}
