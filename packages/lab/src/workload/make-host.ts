import { id, type HostState, type InventoryUsage, type ProviderState, type Resources } from '@novakit/core'
import type { DeviceRequest } from './workload.ts'

/** A host with nothing on it; its devices are child providers, `name/class/number`. */
export function makeHost(name: string, resources: Resources, devices: readonly DeviceRequest[]): HostState {
  return {
    provider: id(name),
    host: id(name),
    node: id(name),
    cell: id('lab'),
    enabled: true,
    up: true,
    reachable: true,
    traits: new Set(),
    inventories: inventoriesOf(resources),
    children: devices.flatMap((each) => providersOf(name, each)),
    aggregates: [],
    servers: new Map(),
    stats: { ioOps: 0, failedBuilds: 0, metrics: {} },
    hypervisor: { type: 'QEMU', version: 1, hostIp: null, supportedInstances: [], cpuInfo: {}, numa: null, pci: null },
  }
}

function providersOf(host: string, { class: name, count, units, traits }: DeviceRequest): readonly ProviderState[] {
  if (units === 0) return []
  return Array.from({ length: count }, (_, at) => {
    const label = `${host}/${name}/${at}`
    const inventories = inventoriesOf({ [name]: units })
    return { id: id(label), name: label, parent: id(host), traits: new Set(traits), inventories, aggregates: [] }
  })
}

function inventoriesOf(resources: Resources): ReadonlyMap<string, InventoryUsage> {
  const rest = { reserved: 0, allocationRatio: 1, minUnit: 1, stepSize: 1, used: 0 }
  return new Map(
    Object.entries(resources)
      .filter(([, total]) => total > 0)
      .map(([name, total]) => [name, { total, maxUnit: total, ...rest }]),
  )
}
