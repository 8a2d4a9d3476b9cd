import { statfs } from 'node:fs/promises'
import type { GiB, Inventory, NodeInventory, ProviderDeclaration } from '@novakit/core'
import { id, namedUuid, type ProviderId } from '@novakit/core'
import type { Station } from '../station.ts'
import { hostFacts } from './host-facts.ts'
import { hostTraits } from './host-traits.ts'

/** Nova's `initial_cpu_allocation_ratio`, `initial_ram_allocation_ratio`, `initial_disk_allocation_ratio`. */
const RATIOS = { cpu: 4, memory: 1, disk: 1 }
/** Nova's `reserved_host_memory_mb`. */
const RESERVED_MEMORY = 512
const GIB = 2 ** 30

/** What the host has, as one provider. What the facets stand for is added by whoever asks. */
export async function inventoryOf(station: Station): Promise<readonly NodeInventory[]> {
  const { client, node, environment, options } = station
  const [{ cpus, memory }, disk, facts] = await Promise.all([
    client.nodeGetInfo(),
    diskSize(station.folders.root),
    hostFacts(station),
  ])
  const root = id<ProviderId>(namedUuid('libvirt-provider', environment.host, node))
  const provider: ProviderDeclaration = {
    id: root,
    name: node,
    parent: null,
    inventories: inventories(options, { vcpus: cpus, memory: Math.floor(Number(memory) / 1024), disk }),
    traits: [...new Set([...hostTraits(station, facts), ...options.traits])].toSorted(),
  }
  return [{ node, root, providers: [provider], facts: facts.hypervisor }]
}

async function diskSize(folder: string): Promise<GiB> {
  const { blocks, bsize } = await statfs(folder)
  return Math.floor((blocks * bsize) / GIB) as GiB
}

interface Size {
  readonly vcpus: number
  readonly memory: number
  readonly disk: number
}

function inventories({ ratios, reserved }: Station['options'], size: Size): Readonly<Record<string, Inventory>> {
  const all = {
    VCPU: inventory(size.vcpus, reserved.vcpus ?? 0, ratios.cpu ?? RATIOS.cpu),
    MEMORY_MB: inventory(size.memory, reserved.memory ?? RESERVED_MEMORY, ratios.memory ?? RATIOS.memory),
    DISK_GB: inventory(size.disk, reserved.disk ?? 0, ratios.disk ?? RATIOS.disk),
  }
  return Object.fromEntries(Object.entries(all).filter(([, { total }]) => total > 0))
}

function inventory(total: number, reserved: number, allocationRatio: number): Inventory {
  return { total, reserved: Math.min(reserved, total), allocationRatio, minUnit: 1, maxUnit: total, stepSize: 1 }
}
