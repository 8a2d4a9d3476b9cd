import type { HostState, HypervisorFacts, RequestSpec } from '@novakit/core'
import { fitOnHost, topologyAsked } from './host-hardware.ts'
import { takeTopology } from './host/take-topology.ts'
import { hostTopologyOf } from './host/topology.ts'
import { pciPoolsOf } from './pci/pools.ts'
import { takeDevices } from './pci/take.ts'

/**
 * The host's hardware with the request's guest on it; as it was where no filter saw to it that the guest fits.
 * Source: nova/scheduler/host_manager.py, `consume_from_request`.
 */
export function takeHardware(host: HostState, request: RequestSpec): HypervisorFacts {
  const { hypervisor } = host
  if (hypervisor.numa === null && hypervisor.pci === null) return hypervisor
  const guest = topologyAsked(request)
  const topology = hostTopologyOf(hypervisor.numa)
  const fitted = guest === null || topology === null ? null : fitOnHost(host, topology, guest, request)
  const numa =
    fitted === null || guest === null || topology === null ? hypervisor.numa : takeTopology(topology, guest, fitted)
  const near = { cells: fitted?.cells.map((cell) => cell.host) ?? null, host: topology }
  return { ...hypervisor, numa, pci: devicesAfter(hypervisor.pci, request, near) }
}

function devicesAfter(pci: unknown, { resources }: RequestSpec, near: Parameters<typeof takeDevices>[3]): unknown {
  const { devices = [] } = resources
  const pools = pciPoolsOf(pci)
  if (devices.length === 0 || pools === null) return pci
  const left = takeDevices(pools, devices, null, near)
  return left === null ? pci : { pools: left }
}
